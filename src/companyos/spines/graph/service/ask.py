"""Answers questions about the graph: the port `Graph`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..public.types import Affected, Basis, Blast, Change, Entity, First, Matches, MatchKey, Neighbour
from ..rules import normal
from ..settings import GraphSettings
from ..store.changes import changes_between, counted
from ..store.moment import Moment
from ..store.reading import Reading
from ..store.searching import matches


def kind_of(type: str) -> Resource:
    """All entities of a type as policy sees them: whether they may be seen is decided type by type."""
    return Resource(EntityRef("graph.entity", type), {"kind": type})


class Answers:
    """The graph as one Work may see it."""

    def __init__(self, work: Work):
        self.work = work
        self.reading = Reading(work)
        self._seen: dict[str, bool] = {}

    async def entity(
        self, ref: EntityRef, *, as_of: datetime | None = None, known_at: datetime | None = None
    ) -> Entity:
        found = await self.reading.entities([ref], self._moment(as_of, known_at))
        if ref not in found or not await self._may_see(ref.type):
            raise NotFound()
        return found[ref]

    async def neighbours(
        self,
        ref: EntityRef,
        *,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        limit: int = 200,
    ) -> list[Neighbour]:
        moment = self._moment(as_of, known_at)
        rows = await self.reading.relations(ref, moment, limit=limit)
        others = {target if source == ref else source for source, _, target, _ in rows}
        known = await self.reading.entities(others, moment)
        found = []
        for source, kind, target, since in rows:
            other = target if source == ref else source
            way: Literal["out", "in"] = "out" if source == ref else "in"
            if await self._may_see(other.type):
                found.append(Neighbour(kind, way, known.get(other) or Entity(other, ""), since))
        return found

    async def blast_radius(
        self,
        ref: EntityRef,
        *,
        depth: int = 3,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
    ) -> Blast:
        """Breadth first, one query for each step, so every path is a shortest one."""
        moment = self._moment(as_of, known_at)
        most = self.work.settings(GraphSettings).blast_most
        paths: dict[EntityRef, tuple[EntityRef, ...]] = {ref: ()}
        frontier, more = [ref], False
        for _ in range(depth):
            if not frontier or more:
                break
            limit = most + len(paths) + 1  # what is found may be known already
            rows = await self.reading.reached(frontier, moment, limit=limit)
            more = len(rows) == limit
            frontier = []
            for source, target in rows:
                if source in paths or not await self._may_see(source.type):
                    continue
                if len(paths) > most:
                    more = True
                    break
                paths[source] = (*paths[target], source)
                frontier.append(source)
        del paths[ref]
        titles = await self.reading.titles(paths, moment) if paths else {}
        affected = [Affected(r, titles.get(r, ""), len(path), path) for r, path in paths.items()]
        return Blast(tuple(sorted(affected, key=lambda a: (a.distance, a.ref.type, a.ref.id))), more)

    async def changes(
        self,
        start: datetime,
        end: datetime,
        *,
        by: Basis = "valid",
        first: First = "oldest",
        after: tuple[datetime, str] | None = None,
        limit: int = 200,
        relations: bool = True,
    ) -> list[Change]:
        """Changes of types that may not be seen are passed over without leaving gaps in the pages."""
        found: list[Change] = []
        while len(found) < limit:
            batch = await changes_between(
                self.work, start, end, by=by, first=first, after=after, limit=limit, relations=relations
            )
            for change in batch:
                refs = (change.ref, change.target) if change.target else (change.ref,)
                if all([await self._may_see(r.type) for r in refs]):
                    found.append(change)
            if len(batch) < limit:
                break
            after = batch[-1].key
        return found[:limit]

    async def count_changes(self, start: datetime, end: datetime, *, most: int) -> int:
        """Counted anew without each type that turns out to be hidden, so that those take no place of the `most`."""
        hidden: set[str] = set()
        while True:
            found = await counted(self.work, start, end, hidden=hidden, most=most)
            unseen = {type for type in found if not await self._may_see(type)}
            if not unseen:
                return sum(found.values())
            hidden |= unseen

    async def search(
        self, text: str, *, types: Sequence[str], after: MatchKey | None = None, limit: int = 20
    ) -> Matches:
        words = normal(text).split()
        seen = [type for type in types if await self._may_see(type)]
        if not (words and seen):
            return Matches((), 0)
        return await matches(self.work, words, seen, after, limit)

    def _moment(self, as_of: datetime | None, known_at: datetime | None) -> Moment:
        return Moment(as_of or self.work.now, known_at)

    async def _may_see(self, type: str) -> bool:
        if type not in self._seen:
            self._seen[type] = (await self.work.decide("graph:entity.read", on=kind_of(type))).allowed
        return self._seen[type]
