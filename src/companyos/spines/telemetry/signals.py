"""What is kept: the lake's tables of spans, logs and metric points, and the roll-up of requests (RED)."""

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from companyos.kernel.ports.lake import LakeTable

SignalName = Literal["traces", "logs", "metrics"]

TIME = pa.timestamp("us", tz="UTC")


def _schema(**columns: pa.DataType) -> pa.Schema:
    first = [
        pa.field("tenant_id", pa.string(), nullable=False),
        pa.field("at", TIME, nullable=False),
        pa.field("environment", pa.string()),
        pa.field("service", pa.string()),
    ]
    return pa.schema(first + [pa.field(name, kind) for name, kind in columns.items()])


SPANS = LakeTable(
    "telemetry.spans",
    _schema(
        trace_id=pa.string(),
        span_id=pa.string(),
        parent_id=pa.string(),
        name=pa.string(),
        kind=pa.string(),
        duration_ns=pa.int64(),
        status=pa.string(),
        status_message=pa.string(),
        attributes=pa.string(),
        events=pa.string(),
        links=pa.string(),
        resource=pa.string(),
        scope=pa.string(),
    ),
    sort=("service", "at"),
)
"""One row per span; `at` is its start. Attributes, events, links and resource are JSON text."""

LOGS = LakeTable(
    "telemetry.logs",
    _schema(
        observed_at=TIME,
        severity=pa.int32(),
        severity_text=pa.string(),
        body=pa.string(),
        trace_id=pa.string(),
        span_id=pa.string(),
        event_name=pa.string(),
        attributes=pa.string(),
        resource=pa.string(),
        scope=pa.string(),
    ),
    sort=("service", "at"),
)
"""One row per log record; `severity` is OpenTelemetry's number, 1 (trace) to 24 (fatal)."""

METRICS = LakeTable(
    "telemetry.metrics",
    _schema(
        name=pa.string(),
        unit=pa.string(),
        kind=pa.string(),
        temporality=pa.string(),
        monotonic=pa.bool_(),
        started_at=TIME,
        value=pa.float64(),
        count=pa.int64(),
        detail=pa.string(),
        attributes=pa.string(),
        resource=pa.string(),
        scope=pa.string(),
    ),
    sort=("service", "name", "at"),
)
"""One row per data point. `value` is the number, or the sum of a histogram or summary; `detail` its buckets."""

RED = LakeTable(
    "telemetry.red",
    _schema(
        operation=pa.string(),
        count=pa.int64(),
        errors=pa.int64(),
        duration_ns=pa.int64(),
        buckets=pa.list_(pa.int32()),
        counts=pa.list_(pa.int64()),
    ),
    sort=("service", "at", "operation"),
    merge="""
        with keyed as (
            select tenant_id, "at", environment, service, operation, sum(count)::bigint as count,
                   sum(errors)::bigint as errors, sum(duration_ns)::bigint as duration_ns
            from rows group by all),
        spread as (
            select tenant_id, "at", environment, service, operation, unnest(buckets) as bucket,
                   unnest(counts) as n from rows),
        summed as (
            select tenant_id, "at", environment, service, operation, bucket, sum(n)::bigint as n
            from spread group by all),
        listed as (
            select tenant_id, "at", environment, service, operation,
                   list(bucket order by bucket) as buckets, list(n order by bucket) as counts
            from summed group by all)
        select * from keyed left join listed using (tenant_id, "at", environment, service, operation)
    """,
)
"""Requests by service, operation and minute (`at` is its start); `buckets` and `counts` are the histogram of
durations (see `histogram`). Rows of the same key add up."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One kind of telemetry: its topic in the stream and the tables that its records become."""

    name: SignalName
    tables: tuple[LakeTable, ...]

    @property
    def topic(self) -> str:
        return f"telemetry.{self.name}"


SIGNALS = {
    "traces": Signal("traces", (SPANS, RED)),
    "logs": Signal("logs", (LOGS,)),
    "metrics": Signal("metrics", (METRICS,)),
}
TABLES = (SPANS, LOGS, METRICS, RED)
