"""Where analytics keeps something of people, and how it is taken out there: the places of the data spine's erasures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from companyos.kernel.house import House
from companyos.kernel.ports.lake import Hidden, LakeTable, MarkMoved
from companyos.spines.data.erased import erased_of
from companyos.spines.data.places import places_of
from companyos.spines.data.rules.erasure import Subject
from companyos.spines.data.settings import DataSettings

from ..store.records import columns, dead_letters
from ..store.rollups import Rollups, position
from ..tables import DEAD_LETTERS, EVENTS, TABLES, TOPIC
from . import rollups
from .analytics import analytics_of

log = structlog.get_logger("companyos.analytics.erasure")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TRIES = 5
"""So often is a table written anew when another process wrote it meanwhile; then the next round tries again."""


def open_places(house: House) -> None:
    """Tell the data spine where people are, and let the lake leave out whoever was erased."""

    async def hiding(table: LakeTable, tenant: UUID) -> Sequence[Hidden]:
        rows = _ROWS.get(table.name)
        return [rows(one) for one in await erased_of(house).unread(tenant)] if rows else ()

    analytics_of(house).lake.hide(hiding)
    for place in (
        Stored("analytics.events", "Events, in the lake and on their way there", "events", EVENTS),
        Stored("analytics.dead_letters", "Refused events that wait for repair", "letters", DEAD_LETTERS),
        RolledUp(),
        Streamed(),
    ):
        places_of(house).add(place)


def _of_event(subject: Subject) -> Hidden:
    return Hidden(subject.tenant, "user_id", subject.key, subject.before)


def _of_letter(subject: Subject) -> Hidden:
    """A letter's text names the person by the pseudonym, wherever in it."""
    return Hidden(subject.tenant, "raw", subject.key, subject.before, within=True)


_ROWS: dict[str, Callable[[Subject], Hidden]] = {EVENTS.name: _of_event, DEAD_LETTERS.name: _of_letter}


@dataclass(frozen=True, slots=True)
class Stored:
    """A table of the lake with the rows that are on their way to it."""

    name: str
    title: str
    counted: str
    table: LakeTable

    async def find(self, house: House, subject: Subject) -> int:
        analytics, rows = analytics_of(house), _ROWS[self.table.name](subject)
        scan = analytics.scan(self.table, subject.tenant, EPOCH, subject.before + timedelta(days=2))
        found = f'contains("{rows.column}", $value)' if rows.within else f'"{rows.column}" = $value'
        asked = f"select count(*) as n from rows where {found}"  # noqa: S608 - the name of a column
        told = await analytics.lake.query(asked, {"value": rows.value}, rows=scan)
        return int(told.column("n")[0].as_py())

    async def erase(self, house: House, subject: Subject) -> int:
        """What is on its way to the table goes there first, so that it is in a file and can be taken out."""
        analytics, last = analytics_of(house), MarkMoved()
        for _ in range(TRIES):
            await analytics.consolidate(at_once=True)
            try:
                return await analytics.lake.erase(self.table, _ROWS[self.table.name](subject))
            except MarkMoved as moved:
                log.info("erasure.table_written_elsewhere", table=self.table.name)
                last = moved
        raise last

    async def prove(self, house: House, subject: Subject, now: datetime) -> int:
        grace = timedelta(seconds=house.settings_of(DataSettings).erasure_grace_seconds)
        rows = _ROWS[self.table.name](subject)
        return await analytics_of(house).lake.purge(self.table, rows, before=now - grace)


class RolledUp:
    """The roll-up: sets of numbers that stand for people and their sessions."""

    name = "analytics.rollup"
    title = "Counts of who used what"
    counted = "cells"

    async def find(self, house: House, subject: Subject) -> int:
        async with house.begin(tenant=subject.tenant) as work:
            return (await rollups.traces(work, subject.key)).cells

    async def erase(self, house: House, subject: Subject) -> int:
        """Count the days anew that the person was on, without them; then their number stands for nobody."""
        async with house.begin(tenant=subject.tenant) as work:
            found = await rollups.traces(work, subject.key)
        await rollups.recount(house, subject.tenant, found.days)
        async with house.begin(tenant=subject.tenant) as work:
            await Rollups(work).forget_sessions_of_nobody()
            if not (await rollups.traces(work, subject.key)).days:
                await rollups.forget(work, subject.key)
        return found.cells - await self._left(house, subject)

    async def prove(self, house: House, subject: Subject, now: datetime) -> int:
        return await self._left(house, subject)

    async def _left(self, house: House, subject: Subject) -> int:
        """Cells of days before the one on which the person was erased; on that day they may have come back."""
        last = (subject.before - EPOCH).days
        async with house.begin(tenant=subject.tenant) as work:
            found = await rollups.traces(work, subject.key)
        return len([day for day in found.days if day < last])


class Streamed:
    """The stream, which keeps for a time what is in the lake already."""

    name = "analytics.stream"
    title = "The stream that events come in by"
    counted = "records"

    async def find(self, house: House, subject: Subject) -> int:
        return await self._holding(house, subject)

    async def erase(self, house: House, subject: Subject) -> int:
        """Forget everything that is in the lake and counted; nobody needs it any more, whoever it is about.

        What shares a segment with records that came meanwhile goes the second time.
        """
        analytics = analytics_of(house)
        held = left = await self._holding(house, subject)
        for _ in range(2):
            if left:
                await analytics.tail.caught_up((await analytics.stream.extent(TOPIC)).last)
                await analytics.consolidate(at_once=True)
                await rollups.count(house)
                await analytics.stream.forget(TOPIC, await self._done_with(house))
                left = await self._holding(house, subject)
        return held - left

    async def prove(self, house: House, subject: Subject, now: datetime) -> int:
        return await self._holding(house, subject)

    async def _done_with(self, house: House) -> int:
        """Up to which offset all tables and the roll-up have what came, at this moment."""
        marks = [await analytics_of(house).lake.mark(table) for table in TABLES]
        async with house.begin() as work:
            return min([*marks, await position(work)])

    async def _holding(self, house: House, subject: Subject) -> int:
        """Records that the stream still has with something of the subject in them."""
        stream, position, held = analytics_of(house).stream, 0, 0
        while read := await stream.read(TOPIC, position):
            for one in read:
                if one.record.headers.get("tenant") != str(subject.tenant):
                    continue
                came = EPOCH + timedelta(microseconds=int(one.record.headers["received"]))
                if one.record.headers["kind"] == "dead":
                    held += any(subject.key in letter.raw for letter in dead_letters(one.record)) and (
                        came < subject.before
                    )
                    continue
                told = columns(one.record)
                held += any(
                    subject.covers(key, datetime.fromisoformat(at), came)
                    for key, at in zip(told["user_id"], told["at"], strict=True)
                )
            position = read[-1].offset
        return held
