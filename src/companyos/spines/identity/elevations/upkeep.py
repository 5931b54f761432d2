"""Upkeep of elevations: what has run out ends, what holds is seen, and what a person lost voids what they approved."""

from datetime import datetime
from uuid import UUID

from companyos.kernel.events import on
from companyos.kernel.house import House
from companyos.kernel.work import Work

from ..events import (
    ElevationExpired,
    ElevationRevoked,
    ElevationVoided,
    PersonChanged,
    PersonLocked,
)
from ..store import elevations, tenants
from ..store.elevations import ElevationRequest
from .asking import said
from .ending import void_here
from .holding import recheck

CLOCK_BACK = "The clock of the database went back while it held."


async def end_elevations(house: House) -> None:
    """End what has run out and move on when the rest was last seen; a job, for every tenant."""
    async with house.begin() as work:
        every = await tenants.all_ids(work.db)
    for tenant in every:
        async with house.begin(tenant=tenant) as work:
            await _end_of(work)


async def _end_of(work: Work) -> None:
    now = await elevations.clock(work.db)
    for asked in await elevations.turned_back(work.db, work.tenant, now):
        await void_here(work, asked.id, CLOCK_BACK)
    for asked in await elevations.run_out(work.db, work.tenant, now):
        await _expire(work, asked, now)
    await elevations.see(work.db, work.tenant, now)


async def _expire(work: Work, asked: ElevationRequest, now: datetime) -> None:
    why = "Nobody decided in time." if asked.state == "requested" else "Its time was over."
    made = await elevations.change(work.db, work.tenant, asked.id, state="expired", ended_at=now, why=why)
    await work.record("identity.elevation.expired", made.ref, why=why, **said(made))
    work.emit(ElevationExpired(elevation=made.id, title=made.title, person=made.person))
    if made.kind == "role" and asked.state == "approved" and made.person_id:
        await recheck(work, made.person_id)


@on(PersonChanged)
async def approver_changed(work: Work, event: PersonChanged) -> None:
    """Somebody has other roles: what they approved holds only if they could approve it still."""
    await recheck(work, event.person)


@on(PersonLocked)
async def approver_locked(work: Work, event: PersonLocked) -> None:
    """Somebody was locked out: what they approved is void."""
    await recheck(work, event.person)


@on(ElevationRevoked)
async def role_revoked(work: Work, event: ElevationRevoked) -> None:
    """Somebody may have approved with a role that was itself an elevation."""
    await _recheck_person_of(work, event.elevation)


@on(ElevationVoided)
async def role_voided(work: Work, event: ElevationVoided) -> None:
    """As when it was revoked."""
    await _recheck_person_of(work, event.elevation)


async def _recheck_person_of(work: Work, id: UUID) -> None:
    asked = await elevations.get(work.db, work.tenant, id)
    if asked.kind == "role" and asked.person_id:
        await recheck(work, asked.person_id)
