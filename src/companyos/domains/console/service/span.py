"""Several tenants side by side: the own one, and those that granted the actor a span of control. No other, in nothing.

No tenant is looked up that is not spanned, so neither rows, counts, facets nor the time that an answer takes depend on
any other.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from companyos.domains.operations.public.ports import Tallies, Totals
from companyos.kernel.problems import Problem
from companyos.kernel.work import Work
from companyos.spines.identity.public import Span, entering, own_tenant, spanned

from ..rules import read_range
from ..settings import ConsoleSettings


@dataclass(frozen=True, slots=True)
class TenantTotals:
    """How much one tenant has. `ends_at` is when the span to it ends; None for the own tenant."""

    slug: str
    name: str
    region: str
    totals: Totals
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AcrossTenants:
    """Tenants by slug, their sum, and how many are in each region."""

    since: datetime
    tenants: list[TenantTotals]
    totals: Totals
    regions: dict[str, int]


async def across(work: Work, *, range: str, region: str) -> AcrossTenants:
    """The own tenant and every spanned one, only of a region when one is named."""
    since = work.now - read_range(range, timedelta(days=work.settings(ConsoleSettings).overview_days))
    own = await own_tenant(work)
    rows = [TenantTotals(own.slug, own.name, own.region, await work.ask(Tallies).totals(since))]
    for span in await spanned(work):
        rows.extend(await _spanned(work, span, since))
    regions = Counter(row.region for row in rows)
    kept = sorted((row for row in rows if region in ("", row.region)), key=lambda row: row.slug)
    return AcrossTenants(since, kept, _sum(row.totals for row in kept), dict(sorted(regions.items())))


async def _spanned(work: Work, span: Span, since: datetime) -> list[TenantTotals]:
    """One tenant's row; none when the span ended, or became void, while we looked."""
    try:
        async with entering(work, span) as there:
            totals = await there.ask(Tallies).totals(since)
    except Problem:
        return []
    return [TenantTotals(span.slug, span.name, span.region, totals, span.elevation.ends_at)]


def _sum(totals: Iterable[Totals]) -> Totals:
    every = list(totals)
    return Totals(
        services=sum(t.services for t in every),
        incidents_active=sum(t.incidents_active for t in every),
        deployments=sum(t.deployments for t in every),
    )
