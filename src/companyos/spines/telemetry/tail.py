"""The hot tail: what is durable in the stream and not yet in the lake, decoded and held in memory.

Every process follows the stream by itself; after a restart the tail is rebuilt from where the lake's marks stand.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import structlog

from companyos.kernel.ports.lake import Lake, LakeTable
from companyos.kernel.ports.stream import Stream

from .otlp.columns import Decoder
from .settings import TelemetrySettings
from .signals import OFFSET, Signal

log = structlog.get_logger("companyos.telemetry")

READ_BYTES = 4 << 20
RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Chunk:
    """Decoded records with offsets in (after, upto]."""

    after: int
    upto: int
    tables: dict[str, pa.Table]
    bytes: int
    since: float


class Tail:
    """The tail of one signal. `fresh` gives its rows to queries; the consolidator moves them to the lake."""

    def __init__(self, signal: Signal, stream: Stream, lake: Lake, settings: TelemetrySettings):
        self.signal, self._stream, self._lake, self._settings = signal, stream, lake, settings
        self._decoder = Decoder(signal.name)
        self._chunks: list[Chunk] = []
        self.upto = 0
        self.grew = asyncio.Condition()

    @property
    def bytes(self) -> int:
        """Size of the rows held."""
        return sum(chunk.bytes for chunk in self._chunks)

    @property
    def age(self) -> float:
        """Seconds since the oldest rows held were decoded; 0 when there are none."""
        return time.monotonic() - self._chunks[0].since if self._chunks else 0.0

    def fresh(self, table: LakeTable) -> Callable[[int], Sequence[pa.Table]]:
        """What a Scan of the table takes: the rows that follow a mark."""
        return lambda mark: self.rows(table, mark, self.upto)

    def rows(self, table: LakeTable, after: int, upto: int) -> list[pa.Table]:
        """Rows of records with offsets in (after, upto], without the offset column."""
        found = []
        for chunk in self._chunks:
            if chunk.upto <= after or chunk.after >= upto:
                continue
            rows = chunk.tables[table.name]
            if chunk.after < after or chunk.upto > upto:
                inside = pc.and_(pc.greater(rows[OFFSET], after), pc.less_equal(rows[OFFSET], upto))
                rows = rows.filter(inside)
            found.append(rows.drop_columns(OFFSET))
        return found

    async def start(self) -> None:
        """Begin where the slowest of the signal's tables stands in the lake."""
        self.upto = await self._mark()

    async def follow(self) -> None:
        """Keep the tail up to date, for ever. A part that fails is tried again."""
        while True:
            try:
                if await self._stream.wait(self.signal.topic, self.upto, seconds=5.0):
                    await asyncio.sleep(self._settings.linger_seconds)
                    await self.catch_up()
                await self.trim()
            except Exception as error:
                log.exception("telemetry.tail_failed", signal=self.signal.name, exc_info=error)
                await asyncio.sleep(RETRY_SECONDS)

    async def catch_up(self) -> None:
        """Decode what the stream holds beyond the tail, until it ends or memory is full."""
        while self.bytes < self._settings.max_fresh_bytes:
            stored = await self._stream.read(self.signal.topic, self.upto, max_bytes=READ_BYTES)
            if not stored:
                return
            tables = await asyncio.to_thread(self._decoder.tables, stored)
            size = sum(table.nbytes for table in tables.values())
            self._chunks.append(Chunk(self.upto, stored[-1].offset, tables, size, time.monotonic()))
            self.upto = stored[-1].offset
            async with self.grew:
                self.grew.notify_all()
            await self.trim()

    async def trim(self) -> None:
        """Let go of what all of the signal's tables have, seen as this process's queries see them."""
        mark = await self._mark()
        self._chunks = [chunk for chunk in self._chunks if chunk.upto > mark]

    async def _mark(self) -> int:
        return min([await self._lake.mark(table) for table in self.signal.tables])
