"""HTTP shapes of telemetry. Times are RFC 3339, durations milliseconds, rates per second."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from companyos.kernel.http import Page, Wire

Level = Literal["trace", "debug", "info", "warn", "error", "fatal"]

AT = "2026-11-22T10:15:00Z"
TRACE, SPAN, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "53995c3f42cd8ad8"


class RedPointOut(Wire):
    """Requests in the step from `at` on. A quantile is null when there were none."""

    at: datetime = Field(examples=[AT])
    count: int = Field(examples=[1200])
    errors: int = Field(examples=[3])
    rate: float = Field(examples=[20.0])
    error_rate: float = Field(description="Share of requests that failed, 0 to 1.", examples=[0.0025])
    p50_ms: float | None = Field(examples=[12.4])
    p95_ms: float | None = Field(examples=[48.9])
    p99_ms: float | None = Field(examples=[120.3])


class OperationOut(Wire):
    """One operation of the service over the whole window."""

    name: str = Field(examples=["GET /basket/{id}"])
    count: int = Field(examples=[86400])
    errors: int = Field(examples=[12])
    error_rate: float = Field(examples=[0.00014])
    p95_ms: float | None = Field(examples=[48.9])


class RedOut(Wire):
    """Rate, errors, duration: evenly spaced points, and the operations, busiest first."""

    points: list[RedPointOut]
    operations: list[OperationOut]


class LogLineOut(Wire):
    """One log record."""

    at: datetime = Field(examples=[AT])
    service: str = Field(examples=["checkout"])
    severity: str = Field(
        description="trace, debug, info, warn, error or fatal; else as the sender called it.",
        examples=["warn"],
    )
    body: str = Field(examples=["payment declined"])
    trace_id: str | None = Field(examples=[TRACE])
    span_id: str | None = Field(examples=[SPAN])
    attributes: dict[str, Any] = Field(examples=[{"order": "o-17"}])


class LogsOut(Page[LogLineOut]):
    """A page of log records, newest first."""


class TraceOut(Wire):
    """One trace: the service and name of its root, and what it is made of."""

    trace_id: str = Field(examples=[TRACE])
    service: str = Field(examples=["checkout"])
    name: str = Field(examples=["POST /orders"])
    start: datetime = Field(examples=[AT])
    duration_ms: float = Field(examples=[182.5])
    spans: int = Field(examples=[14])
    errors: int = Field(description="How many of its spans failed.", examples=[1])


class TracesOut(Page[TraceOut]):
    """A page of traces, newest first."""


class SpanOut(Wire):
    """One span."""

    span_id: str = Field(examples=[SPAN])
    parent_id: str | None = Field(examples=[PARENT])
    service: str = Field(examples=["checkout"])
    name: str = Field(examples=["SELECT orders"])
    kind: str = Field(
        description="internal, server, client, producer, consumer or unspecified.", examples=["client"]
    )
    start: datetime = Field(examples=[AT])
    duration_ms: float = Field(examples=[3.2])
    status: str = Field(description="unset, ok or error.", examples=["error"])
    status_message: str = Field(examples=["deadlock detected"])
    attributes: dict[str, Any] = Field(examples=[{"db.system.name": "postgresql"}])
    events: list[dict[str, Any]] = Field(
        description="Each with `at_ns`, `name` and `attributes`.",
        examples=[[{"at_ns": 1795342500000000000, "name": "exception", "attributes": {}}]],
    )
    resource: dict[str, Any] = Field(examples=[{"service.name": "checkout"}])


class SpansOut(Wire):
    """Every span of one trace, by start."""

    spans: list[SpanOut]


class ServiceHealthOut(Wire):
    """A service that sent telemetry: availability over 30 days, the rest over the last 10 minutes."""

    service: str = Field(examples=["checkout"])
    last_seen: datetime = Field(description="Minute of the last request.", examples=[AT])
    requests: int = Field(description="Requests of the last 30 days.", examples=[5_184_000])
    availability: float | None = Field(
        description="Share of these that did not fail, 0 to 1.", examples=[0.9993]
    )
    rps: float | None = Field(description="Requests per second.", examples=[20.4])
    error_rate: float | None = Field(examples=[0.0007])
    p50_ms: float | None = Field(examples=[12.4])
    p95_ms: float | None = Field(examples=[48.9])
    p99_ms: float | None = Field(examples=[120.3])
    spark: list[float] = Field(
        description="Requests per minute over 2 hours in steps of 5 minutes, oldest first.",
        examples=[[1180.0, 1224.0, 1201.0]],
    )


class ServicesOut(Wire):
    """Every service that sent telemetry in the last 30 days, by name."""

    items: list[ServiceHealthOut]
