"""What the API did, as events of the tenant that runs this installation: of routes, never of anybody who called."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import structlog

from companyos.kernel.house import House
from companyos.kernel.ids import new_id
from companyos.kernel.problems import Problem
from companyos.spines.identity.public import own_tenant
from companyos.spines.telemetry.instruments.own_tenant import OwnTenant

from ..rules.envelope import Envelope
from ..rules.judging import Owner, zone_of
from ..settings import AnalyticsSettings
from .analytics import analytics_of

log = structlog.get_logger("companyos.analytics")

PRODUCER = "companyos-api"
EVENT = "companyos.api_called"
MOST = 2000
"""Routes and outcomes that are told apart in one stretch; there are fewer by far, as addresses are not told."""
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Tally:
    """Requests of one method, route and class of status; milliseconds."""

    calls: int = 0
    duration_ms: float = 0.0
    slowest_ms: float = 0.0


class Calls:
    """Counts requests, and tells of them now and then. Held in the house as an adapter of itself."""

    def __init__(self, house: House):
        self._house, self._owner = house, OwnTenant(house)
        self._tallies: dict[tuple[str, str, str], Tally] = {}
        self._telling: asyncio.Task[None] | None = None

    def count(self, method: str, route: str, status: int, milliseconds: float) -> None:
        """One request was answered."""
        key = (method, route, f"{status // 100}xx")
        if key not in self._tallies and len(self._tallies) >= MOST:
            return
        tally = self._tallies.setdefault(key, Tally())
        tally.calls += 1
        tally.duration_ms += milliseconds
        tally.slowest_ms = max(tally.slowest_ms, milliseconds)

    def start(self) -> None:
        """Tell from now on, as often as the setting says; 0 is never."""
        seconds = self._house.settings_of(AnalyticsSettings).own_calls_seconds
        if seconds:
            self._telling = asyncio.create_task(self._tell_for_ever(seconds), name="analytics-calls")

    async def stop(self) -> None:
        """Tell what was counted, and no more."""
        if self._telling:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
            await self._try_to_tell()

    async def tell(self) -> int:
        """Take in an event for each route and outcome since last time; how many. What cannot be kept is lost."""
        tallies, self._tallies = self._tallies, {}
        if not tallies:
            return 0
        try:
            owner = await self._owner()
            if owner is None:
                return 0  # nobody runs CompanyOS here yet, so the events are nobody's
            async with self._house.begin(tenant=owner.tenant) as work:
                region = (await own_tenant(work)).region
            told = [_event(key, tally, region) for key, tally in tallies.items()]
            whose = Owner(owner.tenant, owner.environment, PRODUCER, zone_of(region))
            await analytics_of(self._house).intake.accept(whose, told)
        except (Problem, OSError) as error:
            log.warning(
                "analytics.calls_lost", calls=sum(one.calls for one in tallies.values()), why=str(error)
            )
            return 0
        return len(told)

    async def _tell_for_ever(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self._try_to_tell()

    async def _try_to_tell(self) -> None:
        try:
            await self.tell()
        except Exception as error:  # one round failed; the next may not
            log.exception("analytics.calls_failed", exc_info=error)


def _event(key: tuple[str, str, str], tally: Tally, region: str) -> Envelope:
    method, route, status = key
    props = {
        "method": method,
        "route": route,
        "status": status,
        "calls": tally.calls,
        "duration_ms": round(tally.duration_ms, 1),
        "slowest_ms": round(tally.slowest_ms, 1),
    }
    return Envelope(
        id=str(new_id()),
        event=EVENT,
        at=datetime.now(UTC),
        region=region,
        purpose="operations",
        props=msgspec.Raw(_encode(props)),
    )
