"""The feed of events: records to rows, each event once however often it came.

Every process follows the same records in the same order and forgets by their time, so all agree on what is a repeat.
Fingerprints of what is in the lake are kept in a topic of their own, page by page; a restart reads these and works
through only those records again whose page was not written any more.
"""

from array import array
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import compress

import pyarrow as pa

from companyos.kernel.ports.lake import LakeTable
from companyos.kernel.ports.stream import Record, Stored, Stream

from ..settings import AnalyticsSettings
from ..tables import DEAD_LETTERS, EVENTS, IDS_TOPIC, TABLES, TOPIC
from .columns import dead_table, events_table, with_offset
from .records import Origin, columns, dead_letters
from .seen import Seen, fingerprints

PAGE_IDS = 65_536
"""Fingerprints of one record: half a MiB."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Fingerprints that records with offsets in (after, upto] brought, by generation."""

    after: int
    upto: int
    ids: Mapping[int, "array[int]"]


class EventFeed:
    """The Feed of analytics: topic and tables as in `tables`."""

    def __init__(self, stream: Stream, settings: AnalyticsSettings):
        self._stream, self._settings = stream, settings
        self._generation = int(settings.repeat_hours * 3600 * 1_000_000)
        self.seen = Seen(settings.repeat_ids)
        self._learned: deque[Learned] = deque()
        self._upto = 0

    @property
    def topic(self) -> str:
        return TOPIC

    @property
    def tables(self) -> tuple[LakeTable, ...]:
        return TABLES

    async def begin(self, mark: int) -> None:
        """Know again what is in the lake: from the pages, and from the records that no page tells of."""
        told = await self._read_pages(mark)
        position = told[0][0] if told else (await self._stream.extent(TOPIC)).first - 1
        for after, upto in [*told, (mark, mark)]:
            await self._relearn(position, after)
            position = max(position, upto)
        self._upto = mark

    def decode(self, stored: Sequence[Stored]) -> Mapping[str, pa.Table]:
        """Everything that can fail comes first: an id that was remembered of rows that were not made would be lost."""
        tables = {table.name: [with_offset(table).empty_table()] for table in TABLES}
        told = []
        for one in stored:
            origin = Origin.of(one.record)
            if one.record.headers["kind"] == "dead":
                tables[DEAD_LETTERS.name].append(dead_table(origin, one.offset, dead_letters(one.record)))
                continue
            fields = columns(one.record)
            tables[EVENTS.name].append(events_table(origin, one.offset, fields))
            told.append((origin.received // self._generation, fingerprints(origin.key, fields["id"])))
        rows = {name: pa.concat_tables(parts).combine_chunks() for name, parts in tables.items()}
        kept = self._remember(told, stored[-1].offset)
        if not all(kept):
            rows[EVENTS.name] = rows[EVENTS.name].filter(pa.array(kept, pa.bool_()))
        return rows

    async def settled(self, mark: int) -> None:
        """Write the pages of what is in the lake now, and forget pages that are past their time."""
        done = self._take(mark)
        pages = list(_pages(done))
        if pages:
            try:
                last = await self._stream.append(IDS_TOPIC, pages)
            except BaseException:
                self._learned.extendleft(reversed(done))
                raise
            before = datetime.now(UTC) - timedelta(hours=2 * self._settings.repeat_hours)
            await self._stream.retain(IDS_TOPIC, before=before, max_bytes=1 << 62, upto=last)

    def trimmed(self, mark: int) -> None:
        """What is in the lake by another process's commit was written down by that process."""
        self._take(mark)

    def _take(self, mark: int) -> list[Learned]:
        """Take out what is in the lake. Another thread may be adding to the other end."""
        taken = []
        while self._learned and self._learned[0].upto <= mark:
            taken.append(self._learned.popleft())
        return taken

    def _remember(self, told: Sequence[tuple[int, "array[int]"]], upto: int) -> list[bool]:
        """Which fingerprints, in order, are new."""
        ids: dict[int, array[int]] = defaultdict(_page)
        kept: list[bool] = []
        for generation, prints in told:
            new = self.seen.new(generation, prints)
            ids[generation].extend(prints if all(new) else array("Q", compress(prints, new)))
            kept += new
        self._learned.append(Learned(self._upto, upto, ids))
        self._upto = upto
        return kept

    async def _relearn(self, after: int, upto: int) -> None:
        """Remember the ids of records in (after, upto], as far as the stream still has them."""
        self._upto = after
        while self._upto < upto:
            read = await self._stream.read(TOPIC, self._upto)
            stored = [one for one in read if one.offset <= upto]
            if not stored:
                return
            told = []
            for one in stored:
                if one.record.headers["kind"] == "events":
                    origin = Origin.of(one.record)
                    prints = fingerprints(origin.key, columns(one.record)["id"])
                    told.append((origin.received // self._generation, prints))
            self._remember(told, stored[-1].offset)

    async def _read_pages(self, mark: int) -> list[tuple[int, int]]:
        """Remember what the pages say; the stretches of records that they tell of, in order.

        A page beyond the mark tells of rows that the lake does not have (it was put back to an older state).
        """
        position = 0
        told: set[tuple[int, int]] = set()
        while stored := await self._stream.read(IDS_TOPIC, position):
            for one in stored:
                said = one.record.headers
                if int(said["upto"]) <= mark:
                    ids = array("Q")
                    ids.frombytes(one.record.body)
                    self.seen.new(int(said["generation"]), ids)
                    told.add((int(said["after"]), int(said["upto"])))
            position = stored[-1].offset
        self.seen.repeats = 0
        return sorted(told)


def _page() -> "array[int]":
    return array("Q")


def _pages(done: Sequence[Learned]) -> Iterator[Record]:
    """All pages of a commit say the stretch of records that the commit moved, so that none is missed."""
    if not done:
        return
    after, upto = done[0].after, done[-1].upto
    together: dict[int, array[int]] = defaultdict(_page)
    for one in done:
        for generation, ids in one.ids.items():
            together[generation].extend(ids)
    for generation, ids in sorted(together.items()):
        for start in range(0, max(len(ids), 1), PAGE_IDS):
            headers = {"after": str(after), "upto": str(upto), "generation": str(generation)}
            yield Record(ids[start : start + PAGE_IDS].tobytes(), headers)
