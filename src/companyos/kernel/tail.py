"""The hot tail: what is durable in the stream and not yet in the lake, decoded and held in memory.

Every process follows the stream by itself; after a restart the tail is rebuilt from where the lake's marks stand.
`consolidation` moves a tail's rows to the lake.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc
import structlog

from .ports.lake import Lake, LakeTable
from .ports.stream import Stored, Stream

log = structlog.get_logger("companyos.tail")

OFFSET = "_offset"
"""Name of the column that carries a fresh row's offset in the stream; it never reaches the lake."""
READ_BYTES = 4 << 20
RETRY_SECONDS = 1.0


class Feed(Protocol):
    """One topic of the stream and the lake's tables that its records become."""

    @property
    def topic(self) -> str: ...

    @property
    def tables(self) -> tuple[LakeTable, ...]: ...

    async def begin(self, mark: int) -> None:
        """Called once before anything is decoded: records up to `mark` are in the lake already."""
        ...

    def decode(self, stored: Sequence[Stored]) -> Mapping[str, pa.Table]:
        """The rows of records, by table name, with OFFSET as their last column. Called in order, one at a time."""
        ...

    async def settled(self, mark: int) -> None:
        """Called after the rows of records up to `mark` were committed by this process, before they are forgotten."""
        ...

    def trimmed(self, mark: int) -> None:
        """Called when the rows of records up to `mark` are no longer held, whoever has committed them."""
        ...


class Pace(Protocol):
    """Settings of a tail: how soon rows can be queried and are committed, and what the stream keeps after that."""

    linger_seconds: float
    commit_seconds: float
    commit_bytes: int
    max_fresh_bytes: int
    keep_stream_hours: int
    keep_stream_bytes: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """Decoded records with offsets in (after, upto]."""

    after: int
    upto: int
    tables: Mapping[str, pa.Table]
    bytes: int
    since: float


class Tail:
    """The tail of one feed. `fresh` gives its rows to queries; consolidation moves them to the lake.

    `followers` say up to which offset they have what they need: rows beyond the slowest of them are held.
    """

    def __init__(
        self,
        feed: Feed,
        stream: Stream,
        lake: Lake,
        pace: Pace,
        followers: Sequence[Callable[[], Awaitable[int]]] = (),
    ):
        self.feed, self.stream, self.lake, self.pace = feed, stream, lake, pace
        self._followers = followers
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
        """Begin where the slowest of the feed's tables stands in the lake."""
        self.upto = await self.held_from()
        await self.feed.begin(self.upto)

    async def follow(self) -> None:
        """Keep the tail up to date, for ever. A part that fails is tried again."""
        while True:
            try:
                if await self.stream.wait(self.feed.topic, self.upto, seconds=5.0):
                    await asyncio.sleep(self.pace.linger_seconds)
                    await self.catch_up()
                await self.trim()
            except Exception as error:
                log.exception("tail.failed", topic=self.feed.topic, exc_info=error)
                await asyncio.sleep(RETRY_SECONDS)

    async def catch_up(self) -> None:
        """Decode what the stream holds beyond the tail, until it ends or memory is full."""
        while self.bytes < self.pace.max_fresh_bytes:
            stored = await self.stream.read(self.feed.topic, self.upto, max_bytes=READ_BYTES)
            if not stored:
                return
            tables = await asyncio.to_thread(self.feed.decode, stored)
            size = sum(table.nbytes for table in tables.values())
            self._chunks.append(Chunk(self.upto, stored[-1].offset, tables, size, time.monotonic()))
            self.upto = stored[-1].offset
            async with self.grew:
                self.grew.notify_all()
            await self.trim()

    async def caught_up(self, offset: int, *, seconds: float = 5.0) -> bool:
        """Wait until records up to `offset` can be queried; False when `seconds` pass first."""
        try:
            async with asyncio.timeout(seconds), self.grew:
                await self.grew.wait_for(lambda: self.upto >= offset)
        except TimeoutError:
            return False
        return True

    async def trim(self) -> None:
        """Let go of what all of the feed's tables have, seen as this process's queries see them."""
        mark = await self.held_from()
        self._chunks = [chunk for chunk in self._chunks if chunk.upto > mark]
        self.feed.trimmed(mark)

    async def held_from(self) -> int:
        """The offset up to which nobody needs the tail any more: all tables and followers have what came before."""
        marks = [await self.lake.mark(table) for table in self.feed.tables]
        return min([*marks, *[await follower() for follower in self._followers]])
