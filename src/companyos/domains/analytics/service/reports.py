"""The verbs of reports: questions of a Work, answered from the roll-up. Reading changes nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pyroaring import BitMap

from companyos.kernel.problems import Invalid, Problem
from companyos.kernel.work import Work
from companyos.spines.identity.public import Span, entering, own_tenant, spanned

from ..rules.reports.activity import MONTH, ActiveDay, Cohort, activity, everybody, retention, week_of
from ..rules.reports.adoption import Adoption, Figures, Filter, Taken, adoption, figures, pressed
from ..rules.reports.ribbon import RibbonPoint, Shift, ribbon
from ..rules.rollups import Cell
from ..settings import AnalyticsSettings
from ..store.kept_cells import KeptCells, KeptDay, size_of
from ..store.rollups import Rollups, position
from .analytics import analytics_of

READ = "analytics:report.read"
EPOCH = date(1970, 1, 1)
EMPTY = Figures(0, 0, {})
LEARNED_DAYS = 42
"""Days before what is shown from which the ribbon learns."""


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days in UTC, counted from 1970-01-01, from `first` to `last`."""

    first: int
    last: int

    @classmethod
    def of(cls, work: Work, length: int, until: date | None) -> "Days":
        """So many days that end with `until`, or with today. Raises Invalid for what is kept no longer."""
        today = (work.now.astimezone(UTC).date() - EPOCH).days
        last = today if until is None else (until - EPOCH).days
        kept = work.settings(AnalyticsSettings).keep_events_days
        if not today - kept <= last <= today + 1:
            fix = f"Events are kept for {kept} days; choose a day of that time."
            raise Invalid.at("query until", f"There is nothing of {until}.", fix)
        return cls(last - length + 1, last)

    @property
    def every(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def start(self) -> datetime:
        return datetime.fromtimestamp(self.first * 86_400, UTC)

    @property
    def end(self) -> datetime:
        return datetime.fromtimestamp((self.last + 1) * 86_400, UTC)


@dataclass(frozen=True, slots=True)
class TenantAdoption:
    """One tenant beside others. `before` are the people of as many days before, `days` its people day by day."""

    slug: str
    name: str
    region: str
    own: bool
    taken: Taken
    before: int
    days: tuple[int, ...]


async def as_of(work: Work) -> datetime | None:
    """Up to when events are counted: now, when nothing waits; None when nothing ever was counted."""
    if await position(work) >= analytics_of(work.house).tail.upto:
        return work.now
    return (await Rollups(work).standing()).as_of


async def read_adoption(work: Work, days: Days, wanted: Filter) -> Adoption:
    """Who uses which feature."""
    await work.permit(READ, on=work.tenancy)
    return await _adoption(work, days, wanted)


async def read_tenants(work: Work, days: Days, wanted: Filter) -> list[TenantAdoption]:
    """The own tenant, and those that granted the actor a span of control: sums only, of no other tenant."""
    await work.permit(READ, on=work.tenancy)
    own = await own_tenant(work)
    rows = [_row(own.slug, own.name, own.region, await _adoption(work, days, wanted), own=True)]
    for span in await spanned(work):
        rows += await _spanned(work, span, days, wanted)
    return sorted(rows, key=lambda row: (-row.taken.people, row.slug))


async def read_activity(work: Work, days: Days, wanted: Filter) -> list[ActiveDay]:
    """How many people are active day by day."""
    await work.permit(READ, on=work.tenancy)
    kept, found = await _days(work, days.first - MONTH + 1, days.last)
    return await asyncio.to_thread(lambda: activity(_people(kept, found, wanted), days.every))


async def read_retention(work: Work, weeks: int, until: date | None, wanted: Filter) -> list[Cohort]:
    """How many people came back, by the week in which they came first."""
    await work.permit(READ, on=work.tenancy)
    last = Days.of(work, 1, until).last
    first = week_of(last) - 7 * (weeks - 1)
    kept, found = await _days(work, last - work.settings(AnalyticsSettings).keep_events_days, last)
    return await asyncio.to_thread(lambda: retention(_people(kept, found, wanted), first, last))


async def read_ribbon(work: Work, days: Days, wanted: Filter) -> tuple[list[RibbonPoint], list[Shift]]:
    """Events hour by hour with the band in which they were expected, and what stood out."""
    await work.permit(READ, on=work.tenancy)
    shown, begin = days.first * 24, (days.first - LEARNED_DAYS) * 24
    end = min((days.last + 1) * 24, int(work.now.timestamp()) // 3600)  # the hour that still runs is no fall
    found = [
        (key, events)
        for key, events in await Rollups(work).hours(work.environment, begin, end)
        if all(not want or want == is_ for want, is_ in zip(_words(wanted), key[1:], strict=True))
    ]
    return await asyncio.to_thread(ribbon, found, begin, end, shown)


async def _adoption(work: Work, days: Days, wanted: Filter) -> Adoption:
    length = len(days.every)
    kept, found = await _days(work, days.first - length, days.last)

    def report() -> Adoption:
        former = [one for one in found if one.day < days.first]
        now = [one for one in found if one.day >= days.first]
        by_day = {one.day: _figures(kept, [one], wanted) for one in now}
        settled, lively = now[:-1], now[-1:]  # the last day changes all the time, the others seldom
        cells = [*_pressed(kept, settled, wanted), *(c for one in lively for c in one.cells if wanted(c))]
        told = [(day, by_day.get(day, EMPTY)) for day in days.every]
        return adoption(cells, _figures(kept, former, wanted), told)

    key = ("adoption", wanted, days, *(one.mark for one in found))
    return await asyncio.to_thread(kept.made, key, report, lambda of: 1000 * (1 + len(of.features)))


def _figures(kept: KeptCells, days: Sequence[KeptDay], wanted: Filter) -> Figures:
    """Days together in numbers."""
    key = ("figures", wanted, *(one.mark for one in days))
    return kept.made(
        key, lambda: figures(_pressed(kept, days, wanted)), lambda of: 500 + 100 * len(of.features)
    )


def _pressed(kept: KeptCells, days: Sequence[KeptDay], wanted: Filter) -> tuple[Cell, ...]:
    """Cells of days as if they were of one."""
    if len(days) == 1:
        return tuple(cell for cell in days[0].cells if wanted(cell))
    key = ("pressed", wanted, *(one.mark for one in days))
    every = (cell for one in days for cell in one.cells if wanted(cell))
    return kept.made(key, lambda: pressed(every), size_of)


def _people(kept: KeptCells, days: Sequence[KeptDay], wanted: Filter) -> dict[int, BitMap]:
    """Who was active on which day."""
    return {
        one.day: kept.made(
            ("people", wanted, one.mark),
            lambda one=one: everybody(cell for cell in one.cells if wanted(cell)),  # type: ignore[misc]
            lambda people: 200 + 2 * len(people),
        )
        for one in days
    }


async def _days(work: Work, first: int, last: int) -> tuple[KeptCells, list[KeptDay]]:
    adapters = work.house.adapters
    if KeptCells not in adapters:
        adapters[KeptCells] = KeptCells(work.settings(AnalyticsSettings).report_cells_bytes)
    kept: KeptCells = adapters[KeptCells]
    return kept, await kept.days(work, work.environment, first, last)


async def _spanned(work: Work, span: Span, days: Days, wanted: Filter) -> list[TenantAdoption]:
    """One tenant's row; none when the span ended, or became void, while we looked."""
    try:
        async with entering(work, span) as there:
            await there.permit("identity:tenant.span", on=there.tenancy)
            found = await _adoption(there, days, wanted)
    except Problem:
        return []
    return [_row(span.slug, span.name, span.region, found, own=False)]


def _row(slug: str, name: str, region: str, of: Adoption, *, own: bool) -> TenantAdoption:
    return TenantAdoption(
        slug, name, region, own, of.taken, of.before, tuple(people for _, people, _ in of.days)
    )


def _words(wanted: Filter) -> tuple[str, str, str]:
    return wanted.feature, wanted.role, wanted.plan


def day_of(number: int) -> date:
    """The day that is so many days after 1970-01-01."""
    return EPOCH + timedelta(days=number)
