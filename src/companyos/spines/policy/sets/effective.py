"""Which policies decide in a tenant: those of the house, and those that its administrators applied.

A process looks for a newer version when it has not looked for half a second (`set_fresh_seconds`), with the Work's
own connection: nothing can be missed, as a notification could, and a lost database stops deciding, as it should.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.kernel.house import NO_TENANT
from companyos.kernel.work import Work

from ..loading import extend
from ..policy_set import PolicySet
from ..settings import PolicySettings
from ..source import PolicyRefused, split
from ..tables import version
from .text import DOMAIN, FILE, extended

log = structlog.get_logger(__name__)

_CLOSED = """
@id("tenant.closed-until-mended")
@reason("The tenant's own policies do not fit this release; apply a version that does.")
forbid (principal, action, resource)
unless { action in [
  CompanyOS::Action::"policy:policy.read", CompanyOS::Action::"policy:set.simulate",
  CompanyOS::Action::"policy:set.propose", CompanyOS::Action::"policy:set.apply"%s
] };
"""
_OPEN = (
    "identity:elevation.request",
    "identity:elevation.approve",
    "identity:elevation.list",
    "identity:elevation.read",
)


@dataclass(slots=True)
class _Known:
    """The newest version of a tenant that this process knows, and when it last looked (monotonic seconds)."""

    number: int
    policies: PolicySet
    looked_at: float


class Effective:
    """The effective policies of every tenant that was asked about lately."""

    def __init__(
        self, house: PolicySet, settings: PolicySettings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.house = house
        self._settings = settings
        self._clock = clock
        self._known: OrderedDict[UUID, _Known] = OrderedDict()

    async def of(self, work: Work) -> PolicySet:
        """The policies that decide for the Work's actor, at most `set_fresh_seconds` behind what was applied.

        CompanyOS itself carries out what was permitted before; a tenant's own policies do not bind it.
        """
        if work.tenant == NO_TENANT or work.actor.kind == "system":
            return self.house
        return (await self._fresh(work.db, work.tenant)).policies

    async def _fresh(self, db: AsyncConnection, tenant: UUID) -> _Known:
        known = self._known.get(tenant)
        if known and self._clock() - known.looked_at < self._settings.set_fresh_seconds:
            return known
        looked_at = self._clock()
        newest = select(version.c.number).where(version.c.tenant_id == tenant)
        number = await db.scalar(newest.order_by(version.c.number.desc()).limit(1)) or 0
        if known is None or number != known.number:
            known = _Known(number, await self._built(db, tenant, number), looked_at)
        known.looked_at = looked_at
        self._known[tenant] = known
        self._known.move_to_end(tenant)
        while len(self._known) > self._settings.sets_in_memory:
            self._known.popitem(last=False)
        return known

    async def _built(self, db: AsyncConnection, tenant: UUID, number: int) -> PolicySet:
        if not number:
            return self.house
        asked = select(version.c.content).where(version.c.tenant_id == tenant, version.c.number == number)
        content = (await db.execute(asked)).scalar_one()
        try:
            return extended(self.house, content, self._settings)
        except PolicyRefused as refused:
            log.error("policy.set_does_not_fit", tenant=str(tenant), number=number, error=str(refused))
            return closed(self.house)


def closed(house: PolicySet) -> PolicySet:
    """The set of a tenant whose own policies a new release broke: all is forbidden but to apply others.

    Leaving the broken ones out might take a forbid away.
    """
    known = "".join(f', CompanyOS::Action::"{name}"' for name in _OPEN if name in house.actions)
    return extend(house, split(_CLOSED % known, DOMAIN, FILE))
