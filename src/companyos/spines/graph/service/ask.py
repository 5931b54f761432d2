"""Answers questions about the graph: the port `Graph`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from companyos.kernel.entities import EntityRef
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..public.types import Affected, Basis, Blast, Change, Entity, First, Matches, MatchKey, Neighbour
from ..rules import normal
from ..settings import GraphSettings
from ..store.changes import changes_between, counted
from ..store.moment import Moment
from ..store.reading import Reading
from ..store.searching import matches
from ..store.seeing import Seeing


class Answers:
    """The graph as one Work may see it."""

    def __init__(self, work: Work):
        self.work = work
        self.seeing = Seeing(work)
        self.reading = Reading(work, self.seeing)

    async def entity(
        self, ref: EntityRef, *, as_of: datetime | None = None, known_at: datetime | None = None
    ) -> Entity:
        found = await self.reading.entities([ref], self._moment(as_of, known_at))
        if ref not in found:
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
                if source in paths:
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
        return await changes_between(
            self.work,
            start,
            end,
            by=by,
            first=first,
            after=after,
            limit=limit,
            relations=relations,
            seeing=self.seeing,
        )

    async def count_changes(self, start: datetime, end: datetime, *, most: int) -> int:
        return await counted(self.work, start, end, most=most, seeing=self.seeing)

    async def search(
        self, text: str, *, types: Sequence[str], after: MatchKey | None = None, limit: int = 20
    ) -> Matches:
        words = normal(text).split()
        if not (words and types):
            return Matches((), 0)
        return await matches(self.work, words, types, after, limit, self.seeing)

    def _moment(self, as_of: datetime | None, known_at: datetime | None) -> Moment:
        return Moment(as_of or self.work.now, known_at)
