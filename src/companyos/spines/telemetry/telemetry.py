"""The telemetry of one process: intake, tails and the way to ask. Held in the house as an adapter of itself."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import pyarrow as pa

from companyos.kernel import consolidation
from companyos.kernel.ports.lake import Lake, LakeTable, Scan, Where
from companyos.kernel.ports.stream import Stream
from companyos.kernel.tail import Tail

from .feed import SignalFeed
from .intake import Intake
from .settings import TelemetrySettings
from .signals import SIGNALS, TABLES


class Telemetry:
    """Everything of telemetry that outlives a request."""

    def __init__(self, stream: Stream, lake: Lake, settings: TelemetrySettings):
        self.stream, self.lake, self.settings = stream, lake, settings
        self.intake = Intake(stream, settings)
        self.tails = {
            name: Tail(SignalFeed(signal), stream, lake, settings) for name, signal in SIGNALS.items()
        }
        self._of_table = {
            table.name: self.tails[name] for name, signal in SIGNALS.items() for table in signal.tables
        }
        self.settled: dict[tuple[UUID, str], tuple[datetime, dict[str, tuple[int, int, int]]]] = {}
        self._following: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Make the tables, rebuild the tails from the stream, and follow it."""
        for table in TABLES:
            await self.lake.ensure(table)
        for name, tail in self.tails.items():
            await tail.start()
            await tail.catch_up()
            self._following.append(asyncio.create_task(tail.follow(), name=f"telemetry-{name}"))

    async def stop(self) -> None:
        """Stop following. What is in the tails is in the stream, too."""
        for task in self._following:
            task.cancel()
        await asyncio.gather(*self._following, return_exceptions=True)
        self._following.clear()

    async def consolidate(self, *, at_once: bool = False) -> None:
        """Move what is due to the lake; everything if `at_once`."""
        move = consolidation.commit if at_once else consolidation.consolidate
        for tail in self.tails.values():
            await move(tail)

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
        fresh = self._of_table[table.name].fresh(table)
        return Scan(table, tenant, start, end, tuple(columns), where, fresh)

    async def query(self, sql: str, parameters: Mapping[str, Any], **relations: Scan) -> pa.Table:
        """Run SQL over scans."""
        return await self.lake.query(sql, parameters, **relations)

    async def caught_up(self, signal: str, offset: int, *, seconds: float = 5.0) -> bool:
        """Wait until records up to `offset` can be queried; False when `seconds` pass first."""
        return await self.tails[signal].caught_up(offset, seconds=seconds)
