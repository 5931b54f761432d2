"""HTTP shapes of telemetry. Times are RFC 3339, durations milliseconds, rates per second."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from companyos.kernel.http import Wire

Level = Literal["trace", "debug", "info", "warn", "error", "fatal"]


class RedPointOut(Wire):
    """Requests in the step from `at` on. A quantile is null when there were none."""

    at: datetime
    count: int
    errors: int
    rate: float
    error_rate: float
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


class OperationOut(Wire):
    """One operation of the service over the whole window."""

    name: str
    count: int
    errors: int
    error_rate: float
    p95_ms: float | None


class RedOut(Wire):
    """Rate, errors, duration: evenly spaced points, and the operations, busiest first."""

    points: list[RedPointOut]
    operations: list[OperationOut]


class LogLineOut(Wire):
    """One log record."""

    at: datetime
    service: str
    severity: str = Field(
        description="trace, debug, info, warn, error or fatal; else as the sender called it."
    )
    body: str
    trace_id: str | None
    span_id: str | None
    attributes: dict[str, Any]


class TraceOut(Wire):
    """One trace: the service and name of its root, and what it is made of."""

    trace_id: str
    service: str
    name: str
    start: datetime
    duration_ms: float
    spans: int
    errors: int


class SpanOut(Wire):
    """One span."""

    span_id: str
    parent_id: str | None
    service: str
    name: str
    kind: str
    start: datetime
    duration_ms: float
    status: str
    status_message: str
    attributes: dict[str, Any]
    events: list[dict[str, Any]]
    resource: dict[str, Any]


class SpansOut(Wire):
    """Every span of one trace, by start."""

    spans: list[SpanOut]


class ServiceHealthOut(Wire):
    """A service that sent telemetry: availability over 30 days, the rest over the last 10 minutes."""

    service: str
    last_seen: datetime
    requests: int
    availability: float | None
    rps: float | None
    error_rate: float | None
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    spark: list[float] = Field(description="Requests per minute over 2 hours in steps of 5 minutes.")


class ServicesOut(Wire):
    """Every service that sent telemetry in the last 30 days, by name."""

    items: list[ServiceHealthOut]
