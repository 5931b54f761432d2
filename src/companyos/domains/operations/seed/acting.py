"""Whoever acted in the demo's past."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from companyos.kernel.demo import Demo, DemoTenant
from companyos.kernel.house import House
from companyos.kernel.work import MFA, Actor, Work


@asynccontextmanager
async def acting(
    house: House, demo: Demo, tenant: DemoTenant, at: datetime, *, role: str = "platform_engineer"
) -> AsyncIterator[Work]:
    """A Work of the tenant's person with this role, at a moment of the past."""
    person = next(p for p in demo.people if p.tenant == tenant and p.role == role)
    actor = Actor(
        "person",
        str(person.id),
        person.name,
        frozenset({role}),
        frozenset(),
        MFA,
        at,  # signed in with both factors
    )
    async with house.begin(tenant=tenant.id, environment="prod", actor=actor) as work:
        work.now = at
        yield work
