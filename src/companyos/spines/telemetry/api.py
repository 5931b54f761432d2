"""HTTP entrance of telemetry's questions, under `/api/v1/telemetry`."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from companyos.kernel.http import Instant, SliceDep, WorkDep

from . import service
from .logs import LogQuery
from .traces import TraceQuery
from .window import Window, cursor_count, cursor_time
from .wire import (
    Level,
    LogLineOut,
    LogsOut,
    OperationOut,
    RedOut,
    RedPointOut,
    ServiceHealthOut,
    ServicesOut,
    SpanOut,
    SpansOut,
    TraceOut,
    TracesOut,
)

router = APIRouter(prefix="/telemetry", tags=["telemetry"])

From = Annotated[
    Instant | None,
    Query(alias="from", description="Start of the window; an hour before `to` if left out."),
]
To = Annotated[Instant | None, Query(description="End of the window, not included; now if left out.")]
Name = Annotated[str, Query(max_length=255, description="Name of the service.")]
TraceId = Annotated[
    str, Query(pattern="^([0-9a-fA-F]{32})?$", description="Trace id, 32 hexadecimal digits.")
]


@router.get("/red")
async def get_red(
    work: WorkDep,
    service_name: Annotated[str, Query(alias="service", min_length=1, max_length=255)],
    from_: From = None,
    to: To = None,
    step: Annotated[
        int | None, Query(ge=1, le=31_536_000, description="Seconds per point, rounded up to minutes.")
    ] = None,
    environment: Annotated[str | None, Query(max_length=63, description="Must be the token's own.")] = None,
) -> RedOut:
    """Requests, errors and durations of a service."""
    window = Window.of(from_, to, now=work.now)
    found = await service.read_red(work, service_name, window, window.step(step), environment)
    return RedOut(
        points=[
            RedPointOut(at=p.at, **{n: getattr(p.measure, n) for n in p.measure.__slots__})
            for p in found.points
        ],
        operations=[
            OperationOut(name=name, count=m.count, errors=m.errors, error_rate=m.error_rate, p95_ms=m.p95_ms)
            for name, m in found.operations
        ],
    )


@router.get("/logs")
async def list_logs(
    work: WorkDep,
    slice_: SliceDep,
    service_name: Annotated[str, Query(alias="service", max_length=255)] = "",
    q: Annotated[str, Query(max_length=500, description="Text in the line or its attributes.")] = "",
    severity: Annotated[Level | None, Query(description="The least severe level wanted.")] = None,
    trace_id: TraceId = "",
    from_: From = None,
    to: To = None,
) -> LogsOut:
    """Log lines, newest first."""
    window = Window.of(from_, to, now=work.now)
    skip = 0
    if after := slice_.start(cursor_time, cursor_count):
        window, skip = Window(window.start, after[0] + timedelta(microseconds=1)), after[1]
    query = LogQuery(window, service_name, q, severity or "", trace_id)
    rows = await service.read_logs(work, query, limit=slice_.limit + 1, skip=skip)

    def key(last: object) -> tuple[str, int]:
        at = rows[slice_.limit - 1].at
        seen = sum(1 for row in rows[: slice_.limit] if row.at == at)
        return at.isoformat(), seen + (skip if after and at == after[0] else 0)

    kept, following = slice_.page(rows, key)
    return LogsOut(items=[LogLineOut.model_validate(row) for row in kept], next=following)


@router.get("/traces")
async def list_traces(
    work: WorkDep,
    slice_: SliceDep,
    service_name: Annotated[str, Query(alias="service", max_length=255)] = "",
    min_ms: Annotated[float, Query(ge=0, description="Shortest duration wanted, in milliseconds.")] = 0,
    errors: Annotated[bool, Query(description="Only traces with a failed span.")] = False,
    from_: From = None,
    to: To = None,
) -> TracesOut:
    """Traces, newest first."""
    window = Window.of(from_, to, now=work.now)
    skip = 0
    if after := slice_.start(cursor_time, cursor_count):
        window, skip = Window(window.start, after[0]), after[1]
    query = TraceQuery(window, service_name, min_ms, errors)
    rows = await service.read_traces(work, query, limit=slice_.limit + 1, skip=skip)
    kept, following = slice_.page(rows, lambda _: (window.end.isoformat(), skip + slice_.limit))
    return TracesOut(items=[TraceOut.model_validate(row) for row in kept], next=following)


@router.get("/traces/{trace_id}")
async def get_trace(trace_id: str, work: WorkDep) -> SpansOut:
    """Every span of a trace."""
    return SpansOut(spans=[SpanOut.model_validate(s) for s in await service.read_trace(work, trace_id)])


@router.get("/services")
async def list_measured_services(work: WorkDep) -> ServicesOut:
    """How every service does that sent telemetry in the last 30 days."""
    found = await service.service_health(work)
    return ServicesOut(items=[ServiceHealthOut.model_validate(h) for h in found.values()])
