"""Traces: which there were, and every span of one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from companyos.kernel.ports.lake import Where
from companyos.kernel.problems import NotFound

from .signals import SPANS
from .telemetry import Telemetry
from .window import Window

_TRACES = """
    , traces as (
        select trace_id, min("at") as start,
               (max(epoch_us("at") * 1000 + duration_ns) - min(epoch_us("at")) * 1000) / 1e6 as duration_ms,
               count(*) as spans, count(*) filter (status = 'error') as errors,
               arg_min(service, (parent_id <> '')::bigint * 4000000000000000000 + epoch_us("at")) as service,
               arg_min(name, (parent_id <> '')::bigint * 4000000000000000000 + epoch_us("at")) as name
        from spans group by trace_id
        having ($service = '' or bool_or(service = $service)))
    select * from traces
    where duration_ms >= $min_ms and (errors > 0 or not $errors)
    order by start desc, trace_id limit $limit offset $skip
"""


@dataclass(frozen=True, slots=True)
class TraceSummary:
    """One trace: its root (or earliest) span's service and name, and what it is made of."""

    trace_id: str
    service: str
    name: str
    start: datetime
    duration_ms: float
    spans: int
    errors: int


@dataclass(frozen=True, slots=True)
class Span:
    """One span of a trace."""

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


@dataclass(frozen=True, slots=True)
class TraceQuery:
    """What is looked for: traces that touch `service`, last `min_ms` or longer, have errors."""

    window: Window
    service: str = ""
    min_ms: float = 0
    errors: bool = False


async def find_traces(
    telemetry: Telemetry, tenant: UUID, environment: str, query: TraceQuery, *, limit: int, skip: int = 0
) -> list[TraceSummary]:
    """At most `limit` traces after the first `skip`, newest first."""
    columns = ("at", "trace_id", "parent_id", "service", "name", "duration_ns", "status")
    scan = telemetry.scan(
        SPANS,
        tenant,
        query.window.start,
        query.window.end,
        Where("environment", "=", environment),
        columns=columns,
    )
    parameters = {
        "service": query.service,
        "min_ms": query.min_ms,
        "errors": query.errors,
        "limit": limit,
        "skip": skip,
    }
    found = await telemetry.query(_TRACES, parameters, spans=scan)
    return [TraceSummary(**{name: row[name] for name in TraceSummary.__slots__}) for row in found.to_pylist()]


async def get_trace(
    telemetry: Telemetry, tenant: UUID, environment: str, trace_id: str, *, now: datetime
) -> list[Span]:
    """Every span of a trace, by start. A span that was delivered twice is told once. Raises NotFound."""
    scan = telemetry.scan(
        SPANS,
        tenant,
        now - timedelta(days=telemetry.settings.keep_spans_days),
        now + timedelta(days=1),
        Where("trace_id", "=", trace_id.lower()),
        Where("environment", "=", environment),
    )
    rows = (
        await telemetry.query('select * from spans order by "at", duration_ns desc, span_id', {}, spans=scan)
    ).to_pylist()
    once = {row["span_id"]: row for row in rows}
    if not once:
        raise NotFound()
    return [_span(row) for row in once.values()]


def _span(row: dict[str, Any]) -> Span:
    return Span(
        row["span_id"],
        row["parent_id"] or None,
        row["service"],
        row["name"],
        row["kind"],
        row["at"],
        row["duration_ns"] / 1e6,
        row["status"],
        row["status_message"],
        _read(row["attributes"], {}),
        _read(row["events"], []),
        _read(row["resource"], {}),
    )


def _read(text: str, empty: Any) -> Any:
    return msgspec.json.decode(text) if text else empty
