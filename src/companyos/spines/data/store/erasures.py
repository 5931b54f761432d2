"""Erasures at rest."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..rules.erasure import State, Subject, Trace
from ..tables.erasures import due, erasure, trace


@dataclass(frozen=True, slots=True)
class Erasure:
    """A request to forget somebody, and what became of it. `key` is the pseudonym, `subject` its fingerprint."""

    id: UUID
    key: str
    subject: str
    reference: str
    state: State
    requested_at: datetime
    requested_by: str
    requester: UUID | None
    begun_at: datetime | None = None
    begun_by: str = ""
    ended_at: datetime | None = None
    record: UUID | None = None
    elevation: Mapping[str, Any] | None = None
    evidence: UUID | None = None

    @property
    def ref(self) -> EntityRef:
        return EntityRef("data.erasure", str(self.id))

    @property
    def resource(self) -> Resource:
        by = EntityRef("identity.person", str(self.requester)) if self.requester else None
        return Resource(self.ref, {"state": self.state, "requester": by})

    def of(self, tenant: UUID, now: datetime) -> Subject:
        """The person, with everything until the erasure began, or until now when it has not."""
        return Subject(tenant, self.key, self.begun_at or now)


class Erasures:
    """The erasures of the Work's tenant."""

    def __init__(self, work: Work):
        self.work = work
        self.mine = erasure.c.tenant_id == work.tenant

    async def page(
        self, seen: sa.ColumnElement[bool], *, after: tuple[datetime, UUID] | None, limit: int
    ) -> list[Erasure]:
        """Up to `limit` erasures that `seen` leaves, newest first."""
        query = sa.select(erasure).where(self.mine, seen)
        if after is not None:
            query = query.where(sa.tuple_(erasure.c.requested_at, erasure.c.id) < after)
        newest = query.order_by(erasure.c.requested_at.desc(), erasure.c.id.desc()).limit(limit)
        return [_erasure(row) for row in (await self.work.db.execute(newest)).mappings()]

    async def get(self, id: UUID, *, lock: bool = False) -> Erasure:
        """One erasure; with `lock` it stays as it is until the end. Raises NotFound."""
        query = sa.select(erasure).where(self.mine, erasure.c.id == id)
        row = (await self.work.db.execute(query.with_for_update() if lock else query)).mappings().first()
        if row is None:
            raise NotFound()
        return _erasure(row)

    async def standing(self, key: str) -> Erasure | None:
        """The request about this person that is not done yet."""
        open_ = erasure.c.state.in_(("requested", "erasing"))
        query = sa.select(erasure).where(self.mine, erasure.c.key == key, open_)
        row = (await self.work.db.execute(query)).mappings().first()
        return None if row is None else _erasure(row)

    async def known(self) -> list[Erasure]:
        """Everybody who was or is being erased, and whose pseudonym is still needed to keep them out."""
        begun = erasure.c.state.in_(("erasing", "erased"))
        query = sa.select(erasure).where(self.mine, erasure.c.key != "", begun)
        return [_erasure(row) for row in (await self.work.db.execute(query)).mappings()]

    async def put(self, one: Erasure) -> Erasure:
        """Keep an erasure as it now is."""
        values = {name: getattr(one, name) for name in _NAMES}
        changed = sa.update(erasure).where(self.mine, erasure.c.id == one.id).values(values)
        if not (await self.work.db.execute(changed)).rowcount:
            await self.work.db.execute(sa.insert(erasure).values(tenant_id=self.work.tenant, **values))
        return one

    async def traces(self, id: UUID) -> list[Trace]:
        """What the places said, in the order in which they are erased."""
        query = sa.select(trace).where(trace.c.tenant_id == self.work.tenant, trace.c.erasure == id)
        rows = (await self.work.db.execute(query.order_by(trace.c.number))).mappings()
        return [Trace(**{one.name: row[one.name] for one in fields(Trace)}) for row in rows]

    async def begin(self, id: UUID, traces: Sequence[Trace]) -> None:
        """Keep the places that are to be erased, and let the job know."""
        mine = {"tenant_id": self.work.tenant, "erasure": id}
        rows = [{**mine, "number": number, **asdict(one)} for number, one in enumerate(traces)]
        if rows:
            await self.work.db.execute(sa.insert(trace), rows)
        await self.work.db.execute(sa.insert(due).values(mine))

    async def told(self, id: UUID, one: Trace) -> None:
        """Keep what a place said."""
        at = (trace.c.tenant_id == self.work.tenant, trace.c.erasure == id, trace.c.place == one.place)
        await self.work.db.execute(sa.update(trace).where(*at).values(asdict(one)))

    async def end(self, id: UUID) -> None:
        """There is nothing to do any more."""
        mine = (due.c.tenant_id == self.work.tenant, due.c.erasure == id)
        await self.work.db.execute(sa.delete(due).where(*mine))

    async def forget_keys(self, before: datetime) -> None:
        """Forget the pseudonyms of erasures that ended before."""
        old = (self.mine, erasure.c.key != "", erasure.c.ended_at < before)
        await self.work.db.execute(sa.update(erasure).where(*old).values(key=""))


_NAMES = tuple(one.name for one in fields(Erasure))


def _erasure(row: sa.RowMapping) -> Erasure:
    return Erasure(**{name: row[name] for name in _NAMES})
