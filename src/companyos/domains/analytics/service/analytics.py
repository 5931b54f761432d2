"""The analytics of one process: intake, tail and the way to ask. Held in the house as an adapter of itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from companyos.kernel import consolidation
from companyos.kernel.house import House
from companyos.kernel.ports.keys import KeyRing
from companyos.kernel.ports.lake import Lake, LakeTable, Scan, Upkeep, UpkeepReport, Where
from companyos.kernel.ports.stream import Stream
from companyos.kernel.tail import Tail
from companyos.spines.data.erased import erased_of
from companyos.spines.data.registry import registry_of
from companyos.spines.identity.public import authenticate_ingest_key, own_tenant

from ..rules.judging import Owner, zone_of
from ..settings import AnalyticsSettings
from ..store.feed import EventFeed
from ..tables import EVENTS, TABLES
from .following import Follower
from .intake import Erased, Intake, Schemas

ZONE_SECONDS = 60.0
"""How long a tenant's region may be unseen after it changed."""


class Analytics:
    """Everything of analytics that outlives a request."""

    def __init__(
        self,
        stream: Stream,
        lake: Lake,
        ring: KeyRing,
        schemas: Schemas,
        settings: AnalyticsSettings,
        followers: Sequence[Callable[[], Awaitable[int]]] = (),
        erased: Erased | None = None,
    ):
        self.stream, self.lake, self.settings = stream, lake, settings
        self.intake = Intake(stream, ring, schemas, settings, erased)
        self.feed = EventFeed(stream, settings)
        self.tail = Tail(self.feed, stream, lake, settings, followers)
        self._following: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Make the tables, rebuild the tail from the stream, and follow it."""
        for table in TABLES:
            await self.lake.ensure(table)
        await self.tail.start()
        await self.tail.catch_up()
        self._following = asyncio.create_task(self.tail.follow(), name="analytics-events")

    async def stop(self) -> None:
        """Stop following. What is in the tail is in the stream, too."""
        if self._following:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
            self._following = None

    async def consolidate(self, *, at_once: bool = False) -> None:
        """Move what is due to the lake; everything if `at_once`."""
        await (consolidation.commit if at_once else consolidation.consolidate)(self.tail)

    async def keep_up(self) -> dict[str, UpkeepReport]:
        """One round of maintenance over both tables."""
        settings, reports = self.settings, {}
        for table in TABLES:
            days = settings.keep_events_days if table is EVENTS else settings.keep_dead_days
            grace = timedelta(minutes=settings.grace_minutes)
            rule = Upkeep(keep=timedelta(days=days), compact_from=settings.compact_from, grace=grace)
            reports[table.name] = await self.lake.upkeep(table, rule, now=datetime.now(UTC))
        return reports

    def scan(
        self,
        table: LakeTable,
        tenant: UUID,
        start: datetime,
        end: datetime,
        *where: Where,
        columns: Sequence[str] = (),
    ) -> Scan:
        """A scan over rows at rest and rows still in the tail."""
        return Scan(table, tenant, start, end, tuple(columns), where, self.tail.fresh(table))


class Owners:
    """Who sends events with which ingest key."""

    def __init__(self, house: House):
        self._house = house
        self._zones: dict[UUID, tuple[float, str]] = {}

    async def of(self, key: str) -> Owner:
        """The owner of the events that come with a `cosk_…` key. Raises Unauthenticated."""
        claims = await authenticate_ingest_key(self._house, key)
        return Owner(claims.tenant, claims.environment, claims.client, await self._zone(claims.tenant))

    async def _zone(self, tenant: UUID) -> str:
        known = self._zones.get(tenant)
        if known and time.monotonic() - known[0] < ZONE_SECONDS:
            return known[1]
        async with self._house.begin(tenant=tenant) as work:
            zone = zone_of((await own_tenant(work)).region)
        self._zones[tenant] = (time.monotonic(), zone)
        return zone


def analytics_of(house: House) -> Analytics:
    """The analytics of this house."""
    return house.adapter(Analytics)


async def start(house: House) -> None:
    """Open the tables, rebuild the tail, follow the stream."""
    settings = house.settings_of(AnalyticsSettings)
    stream, lake, ring = house.adapter(Stream), house.adapter(Lake), house.adapter(KeyRing)
    made = Analytics(
        stream, lake, ring, registry_of(house), settings, (Follower(house),), erased_of(house).refused
    )
    house.adapters[Analytics] = made
    house.adapters[Owners] = Owners(house)
    await made.start()


async def stop(house: House) -> None:
    """Stop following; what is not in the lake is in the stream."""
    made = house.adapters.pop(Analytics, None)
    house.adapters.pop(Owners, None)
    if made:
        await made.stop()
