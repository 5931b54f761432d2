"""Proposals and versions of one tenant, as rows."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, insert, select, text, tuple_, update

from companyos.kernel.http import Slice
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work
from companyos.spines.identity.tables import membership

from ..tables import proposal, version
from .lockout import Member
from .proposal import Proposal, State, Version

_ALONE = text("select pg_advisory_xact_lock(hashtextextended('companyos.policy.' || :tenant, 0))")


class Sets:
    """What the Work's tenant has proposed and applied."""

    def __init__(self, work: Work) -> None:
        self._db, self._tenant = work.db, work.tenant

    async def alone(self) -> None:
        """Wait until nobody else applies in this tenant; held until the transaction ends."""
        await self._db.execute(_ALONE, {"tenant": str(self._tenant)})

    async def proposal(self, id_: UUID, *, lock: bool = False) -> Proposal:
        """Raises NotFound."""
        asked = select(proposal).where(proposal.c.tenant_id == self._tenant, proposal.c.id == id_)
        row = (await self._db.execute(asked.with_for_update() if lock else asked)).one_or_none()
        if row is None:
            raise NotFound()
        return _proposal(row)

    async def proposals(self, state: State | None, slice_: Slice) -> Sequence[Proposal]:
        """Newest first, one more than the page."""
        asked = select(proposal).where(proposal.c.tenant_id == self._tenant)
        if state:
            asked = asked.where(proposal.c.state == state)
        if start := slice_.start(datetime.fromisoformat, UUID):
            asked = asked.where(tuple_(proposal.c.at, proposal.c.id) < start)
        newest = asked.order_by(proposal.c.at.desc(), proposal.c.id.desc()).limit(slice_.limit + 1)
        return [_proposal(row) for row in await self._db.execute(newest)]

    async def propose(self, new: Proposal) -> None:
        values = asdict(new) | {"tenant_id": self._tenant, "simulation": new.simulation_json}
        await self._db.execute(insert(proposal).values(values))

    async def end(self, id_: UUID, state: State, now: datetime, *, applied_as: int | None = None) -> None:
        """A proposal is open no more."""
        here = (proposal.c.tenant_id == self._tenant) & (proposal.c.id == id_)
        ended = {"state": state, "ended_at": now, "applied_as": applied_as}
        await self._db.execute(update(proposal).where(here).values(ended))

    async def newest(self) -> int:
        """The number of the version in force; 0 without one."""
        asked = select(version.c.number).where(version.c.tenant_id == self._tenant)
        return await self._db.scalar(asked.order_by(version.c.number.desc()).limit(1)) or 0

    async def version(self, number: int) -> Version:
        """Raises NotFound."""
        asked = select(version).where(version.c.tenant_id == self._tenant, version.c.number == number)
        row = (await self._db.execute(asked)).one_or_none()
        if row is None:
            raise NotFound(f"This tenant has no version {number} of its own policies.")
        return _version(row)

    async def content(self, number: int) -> str:
        """The text of a version; "" for 0, the state before the first. Raises NotFound."""
        return (await self.version(number)).content if number else ""

    async def versions(self, slice_: Slice) -> Sequence[Version]:
        """Newest first, one more than the page."""
        asked = select(version).where(version.c.tenant_id == self._tenant)
        if start := slice_.start(int):
            asked = asked.where(version.c.number < start[0])
        newest = asked.order_by(version.c.number.desc()).limit(slice_.limit + 1)
        return [_version(row) for row in await self._db.execute(newest)]

    async def apply(self, new: Version) -> None:
        await self._db.execute(insert(version).values(asdict(new) | {"tenant_id": self._tenant}))

    async def members(self) -> list[Member]:
        """Everybody who is let into the tenant."""
        here = (membership.c.tenant_id == self._tenant) & (membership.c.status == "active")
        rows = await self._db.execute(select(membership.c.person_id, membership.c.roles).where(here))
        return [Member(str(row.person_id), frozenset(row.roles)) for row in rows]


def _proposal(row: Row[Any]) -> Proposal:
    values = {name: value for name, value in row._mapping.items() if name != "tenant_id"}
    return Proposal(**values | {"simulation": msgspec.json.decode(row.simulation)})


def _version(row: Row[Any]) -> Version:
    return Version(**{name: value for name, value in row._mapping.items() if name != "tenant_id"})
