"""Upkeep: signing keys turn in time, and what has ended is forgotten."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Table, delete

from companyos.kernel.house import House
from companyos.kernel.work import Work

from .identity import identity_of
from .store import tenants
from .tables import (
    authorization_code,
    device_code,
    invitation,
    oauth_grant,
    refresh_token,
    session,
    throttle,
    used_assertion,
)

KEEP = timedelta(days=1)
"""How long ended things stay: a code or token that is replayed later than this is merely unknown."""


async def tend_keys(house: House) -> None:
    """Make and turn signing keys when they are due."""
    async with house.begin() as work:
        now = work.now
    await identity_of(house).signing.tend(now)


async def forget_ended(house: House) -> None:
    """Delete what expired a day ago: of the platform, then of each tenant."""
    async with house.begin() as work:
        for table in (session, device_code, invitation):
            await _forget(work, table)
        await work.db.execute(delete(throttle).where(throttle.c.forget_at < work.now))
        every = await tenants.all_ids(work.db)
    for tenant in every:
        await _forget_of(house, tenant)


async def _forget_of(house: House, tenant: UUID) -> None:
    async with house.begin(tenant=tenant) as work:
        for table in (authorization_code, refresh_token, used_assertion, oauth_grant):
            await _forget(work, table)


async def _forget(work: Work, table: Table) -> None:
    await work.db.execute(delete(table).where(table.c.expires_at < work.now - KEEP))
