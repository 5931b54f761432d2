"""How services did over a time, beside what was promised: requests, failures and durations with their objectives."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from companyos.domains.operations.public.ports import Services, Standing
from companyos.domains.operations.public.types import Service
from companyos.kernel.work import Work
from companyos.spines.telemetry.service import read_red
from companyos.spines.telemetry.window import Window

from .reports import READ, Days

POINTS = 120


@dataclass(frozen=True, slots=True)
class KpiPoint:
    """Some time of a service. `available` is the share of requests that did not fail; None without requests."""

    at: datetime
    requests: int
    available: float | None
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class Kpis:
    """A service over a time. `met` is whether the whole time kept the objective; None without requests."""

    service: Service
    step: timedelta
    requests: int
    available: float | None
    met: bool | None
    points: tuple[KpiPoint, ...]


async def list_standings(work: Work) -> list[Standing]:
    """Every service with how it does, worst first."""
    await work.permit(READ, on=work.tenancy)
    return await work.ask(Services).standings()


async def read_kpis(work: Work, name: str, days: Days) -> Kpis:
    """One service over whole days. Raises NotFound."""
    await work.permit(READ, on=work.tenancy)
    service = await work.ask(Services).named(name)
    end = min(days.end, work.now)
    step = max(timedelta(hours=1), timedelta(hours=-(-((end - days.start) // timedelta(hours=1)) // POINTS)))
    red = await read_red(work, name, Window(days.start, max(end, days.start + step)), step)
    points = tuple(
        KpiPoint(
            point.at,
            point.measure.count,
            1 - point.measure.error_rate if point.measure.count else None,
            point.measure.p95_ms,
        )
        for point in red.points
    )
    requests = sum(point.requests for point in points)
    failed = sum(point.measure.errors for point in red.points)
    available = 1 - failed / requests if requests else None
    met = None if available is None else available >= service.objective
    return Kpis(service, step, requests, available, met, points)
