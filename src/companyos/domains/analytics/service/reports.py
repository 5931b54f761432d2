"""The verbs of reports: questions of a Work, answered from the roll-up. Reading changes nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from companyos.kernel.problems import Invalid, Problem
from companyos.kernel.work import Work
from companyos.spines.identity.public import Span, entering, own_tenant, spanned

from ..rules.reports.activity import MONTH, ActiveDay, Cohort, activity, people_by_day, retention, week_of
from ..rules.reports.adoption import Adoption, Filter, Taken, adoption
from ..rules.reports.ribbon import RibbonPoint, Shift, ribbon
from ..rules.rollups import Cell
from ..settings import AnalyticsSettings
from ..store.kept_cells import KeptCells
from ..store.rollups import Rollups, position
from .analytics import analytics_of

READ = "analytics:report.read"
EPOCH = date(1970, 1, 1)
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
    cells = [cell for cell in await _cells(work, days.first - MONTH + 1, days.last) if wanted(cell)]
    return await asyncio.to_thread(lambda: activity(people_by_day(cells), days.every))


async def read_retention(work: Work, weeks: int, until: date | None, wanted: Filter) -> list[Cohort]:
    """How many people came back, by the week in which they came first."""
    await work.permit(READ, on=work.tenancy)
    last = Days.of(work, 1, until).last
    first = week_of(last) - 7 * (weeks - 1)
    kept = work.settings(AnalyticsSettings).keep_events_days
    cells = [cell for cell in await _cells(work, last - kept, last) if wanted(cell)]
    return await asyncio.to_thread(lambda: retention(people_by_day(cells), first, last))


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
    cells = [cell for cell in await _cells(work, days.first - length, days.last) if wanted(cell)]
    former = [cell for cell in cells if cell.key.day < days.first]
    return await asyncio.to_thread(adoption, cells[len(former) :], former, days.every)


async def _cells(work: Work, first: int, last: int) -> Sequence[Cell]:
    """Cells in the order of their days."""
    adapters = work.house.adapters
    if KeptCells not in adapters:
        adapters[KeptCells] = KeptCells(work.settings(AnalyticsSettings).report_cells_bytes)
    kept: KeptCells = adapters[KeptCells]
    return await kept.of(work, work.environment, first, last)


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
