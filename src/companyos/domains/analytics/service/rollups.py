"""Keeps the roll-up: counts what the tail brings, counts days anew, and forgets people.

One transaction for each tenant holds its cells and how far they have come, so that whatever happens an event is
counted once. The tail holds rows until they are counted everywhere.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import structlog

from companyos.kernel.house import House
from companyos.kernel.ports.lake import Hidden, Scan, times_of
from companyos.kernel.tail import Tail
from companyos.kernel.work import Work
from companyos.spines.identity.store import tenants

from ..rules.rollups import Cell, counted, people_of, sessions_of
from ..rules.rollups.counting import DAY, Counted, allowed
from ..store.rollups import Kind, Rollups, Standing, move_position, position
from ..tables import EVENTS, TIME
from .analytics import analytics_of

log = structlog.get_logger("companyos.analytics.rollups")

ROWS_AT_ONCE = 100_000
"""Rows that are counted by one statement, which has its time."""
COLUMNS = (
    "tenant_id", "at", "environment", "event", "user_id", "anonymous_id", "user_role", "feature",
    "session_id", "consent_scope", "purpose", "plan",
)  # fmt: skip
"""What counting reads of events, besides when they came in, by which erased ones are known."""


class NotYet(Exception):
    """The lake is ahead of this process's tail; try again when the tail has caught up."""


async def count(house: House) -> int:
    """Count what has come since the last time; how many records of the stream that were."""
    tail = analytics_of(house).tail
    upto = tail.upto
    async with house.begin() as work:
        begun = await position(work)
    if upto <= begun:
        return 0
    rows = _events(tail, begun, upto)
    for tenant in pc.unique(rows.column("tenant_id")).to_pylist():
        async with house.begin(tenant=UUID(tenant)) as work:
            await _count_one(work, tail, upto)
    async with house.begin() as work:
        await move_position(work, upto)
    return upto - begun


async def recount(house: House, tenant: UUID, days: Iterable[int]) -> None:
    """Count days anew from the rows that can be read now; days since 1970-01-01 in UTC.

    For what has changed rows that were counted: erasure. Raises NotYet when the tail is behind the lake.
    """
    tail = analytics_of(house).tail
    for day in sorted(set(days)):
        async with house.begin(tenant=tenant) as work:
            standing = await _count_one(work, tail, tail.upto)
            rows = await _readable(work, tail, standing.upto, day)
            await Rollups(work).clear(day)
            await _add(Rollups(work), rows, standing)
            await Rollups(work).move(standing)


@dataclass(frozen=True, slots=True)
class Traces:
    """Where somebody stands in the roll-up: in how many cells, on which days."""

    cells: int
    days: tuple[int, ...]


async def traces(work: Work, key: str) -> Traces:
    """Where a pseudonym, or the id of a device, stands in the roll-up."""
    number = await Rollups(work).number_of("person", key)
    if number is None:
        return Traces(0, ())
    found = [cell for _, cell in await Rollups(work).every_cell() if number in cell.use.people]
    return Traces(len(found), tuple(sorted({cell.key.day for cell in found})))


async def forget(work: Work, key: str) -> Traces:
    """Take somebody out of every set, in this transaction; the days that they were on must be counted anew after it."""
    rollups = Rollups(work)
    await rollups.standing(lock=True)
    number = await rollups.number_of("person", key)
    if number is None:
        return Traces(0, ())
    held: dict[str, list[Cell]] = {}
    for environment, cell in await rollups.every_cell():
        if number in cell.use.people:
            cell.use.people.discard(number)
            held.setdefault(environment, []).append(cell)
    for environment, cells in held.items():
        await rollups.put(environment, {cell.key: cell.use for cell in cells})
    await rollups.forget_name("person", key)
    every = [cell for cells in held.values() for cell in cells]
    return Traces(len(every), tuple(sorted({cell.key.day for cell in every})))


async def trim(house: House) -> None:
    """Let go of days whose events are past their time, tenant by tenant."""
    keep = timedelta(days=analytics_of(house).settings.keep_events_days)
    async with house.begin() as work:
        first = int((work.now - keep).timestamp()) // 86_400
        every = await tenants.all_ids(work.db)
    for tenant in every:
        async with house.begin(tenant=tenant) as work:
            await Rollups(work).drop_before(first)


async def _count_one(work: Work, tail: Tail, upto: int) -> Standing:
    """Count the Work's tenant up to an offset, if it is not there yet; its row is held from here on."""
    rollups = Rollups(work)
    standing = await rollups.standing(lock=True)
    standing.upto = after = max(standing.upto, await position(work))
    if after >= upto:
        return standing
    rows = _events(tail, after, upto)
    rows = rows.filter(pc.equal(rows.column("tenant_id"), str(work.tenant)))
    standing.upto = upto
    readable = without(rows, await analytics_of(work.house).lake.hidden(EVENTS, work.tenant))
    await _add(rollups, readable, standing)
    await rollups.move(standing)
    return standing


async def _add(rollups: Rollups, rows: pa.Table, standing: Standing) -> None:
    for first in range(0, rows.num_rows, ROWS_AT_ONCE):
        await rollups.add(await numbered(rollups, rows.slice(first, ROWS_AT_ONCE), standing))


def _events(tail: Tail, after: int, upto: int) -> pa.Table:
    return pa.concat_tables([EVENTS.schema.empty_table(), *tail.rows(EVENTS, after, upto)])


async def _readable(work: Work, tail: Tail, upto: int, day: int) -> pa.Table:
    """The tenant's rows of a day, at rest and not, as far as they are counted."""
    marks = []

    def fresh(mark: int) -> list[pa.Table]:
        marks.append(mark)
        return tail.rows(EVENTS, mark, upto)

    start = datetime.fromtimestamp(day * 86_400, UTC)
    scan = Scan(EVENTS, work.tenant, start, start + timedelta(days=1), COLUMNS, fresh=fresh)
    rows = await analytics_of(work.house).lake.scan(scan)
    if marks[0] > upto:
        raise NotYet("the lake has rows that this process has not seen yet; try again in a moment")
    return rows


async def numbered(rollups: Rollups, rows: pa.Table, standing: Standing) -> Counted:
    """The cells of rows that reports may count, with numbers for everybody in them."""
    rows = allowed(rows.combine_chunks())
    if not rows.num_rows:
        return Counted()
    days = pc.divide(rows.column("at").combine_chunks().cast(pa.int64()), DAY)
    people = await _numbers(rollups, "person", people_of(rows), days, standing)
    sessions = await _numbers(rollups, "session", sessions_of(rows), days, standing)
    return await asyncio.to_thread(counted, rows, people, sessions)


async def _numbers(
    rollups: Rollups, kind: Kind, texts: pa.Array, days: pa.Array, standing: Standing
) -> dict[str, int]:
    last = pa.table({"key": texts, "day": days}).group_by("key").aggregate([("day", "max")])
    seen = dict(zip(last["key"].to_pylist(), last["day_max"].to_pylist(), strict=True))
    seen.pop("", None)
    return await rollups.numbers(kind, seen, standing) if seen else {}


def without(rows: pa.Table, hidden: Iterable[Hidden]) -> pa.Table:
    """Rows that are on their way to the lake without those that nobody may read any more."""
    for one in hidden:
        text = pc.fill_null(rows.column(one.column), "")
        found = pc.match_substring(text, one.value) if one.within else pc.equal(text, one.value)
        before = pa.scalar(one.before, TIME)
        past = [pc.fill_null(pc.less(rows.column(name), before), False) for name in times_of(EVENTS)]
        rows = rows.filter(pc.invert(pc.and_(found, reduce(pc.or_, past))))
    return rows
