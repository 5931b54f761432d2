"""The verbs of telemetry: questions of a Work, each permitted first. Reading changes nothing, so nothing is kept."""

from collections.abc import Sequence
from datetime import timedelta

from companyos.kernel.problems import Invalid
from companyos.kernel.work import Work

from .health import ServiceHealth, health
from .logs import LogLine, LogQuery, find_logs
from .red import Red, red
from .telemetry import Telemetry
from .traces import Span, TraceQuery, TraceSummary, find_traces, get_trace
from .window import Window


def of(work: Work) -> Telemetry:
    """The telemetry of the Work's house."""
    return work.house.adapter(Telemetry)


async def read_red(
    work: Work, service: str, window: Window, step: timedelta, environment: str | None = None
) -> Red:
    """Requests, errors and durations of a service."""
    await work.permit("telemetry:metric.read", on=work.tenancy)
    return await red(of(work), work.tenant, _environment(work, environment), service, window, step)


async def service_health(work: Work, services: Sequence[str] | None = None) -> dict[str, ServiceHealth]:
    """How the services of the Work's tenant and environment do, by name; None asks for all."""
    await work.permit("telemetry:metric.read", on=work.tenancy)
    return await health(of(work), work.tenant, work.environment, now=work.now, services=services)


async def read_logs(work: Work, query: LogQuery, *, limit: int, skip: int) -> list[LogLine]:
    """Log lines, newest first."""
    await work.permit("telemetry:log.read", on=work.tenancy)
    return await find_logs(of(work), work.tenant, work.environment, query, limit=limit, skip=skip)


async def read_traces(work: Work, query: TraceQuery, *, limit: int, skip: int) -> list[TraceSummary]:
    """Traces, newest first."""
    await work.permit("telemetry:trace.read", on=work.tenancy)
    return await find_traces(of(work), work.tenant, work.environment, query, limit=limit, skip=skip)


async def read_trace(work: Work, trace_id: str) -> list[Span]:
    """Every span of one trace."""
    await work.permit("telemetry:trace.read", on=work.tenancy)
    return await get_trace(of(work), work.tenant, work.environment, trace_id, now=work.now)


def _environment(work: Work, asked: str | None) -> str:
    if asked and asked != work.environment:
        raise Invalid.at(
            "query environment",
            f"Your token spans the environment {work.environment!r} only.",
            "Switch to the other environment, or leave `environment` out.",
        )
    return work.environment
