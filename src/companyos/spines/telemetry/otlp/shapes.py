"""OTLP's JSON notation as types (opentelemetry-proto 1.x). Unknown members are ignored, as the protocol asks.

Numbers may come as text, ids are hexadecimal (`HEX`), bytes are base64.
"""

from typing import Any

import msgspec

HEX = frozenset({"trace_id", "span_id", "parent_span_id"})


class Shape(msgspec.Struct, rename="camel", omit_defaults=True):
    """Base of all: camelCase in JSON, the protobuf names in Python."""


class ArrayValue(Shape):
    values: list["AnyValue"] = []


class KeyValueList(Shape):
    values: list["KeyValue"] = []


class AnyValue(Shape):
    string_value: str | None = None
    bool_value: bool | None = None
    int_value: int | None = None
    double_value: float | None = None
    array_value: ArrayValue | None = None
    kvlist_value: KeyValueList | None = None
    bytes_value: bytes | None = None


class KeyValue(Shape):
    key: str = ""
    value: AnyValue | None = None


class Resource(Shape):
    attributes: list[KeyValue] = []


class Scope(Shape):
    name: str = ""
    version: str = ""
    attributes: list[KeyValue] = []


class SpanEvent(Shape):
    time_unix_nano: int = 0
    name: str = ""
    attributes: list[KeyValue] = []


class SpanLink(Shape):
    trace_id: str = ""
    span_id: str = ""
    attributes: list[KeyValue] = []


class Status(Shape):
    message: str = ""
    code: int = 0


class Span(Shape):
    trace_id: str = ""
    span_id: str = ""
    parent_span_id: str = ""
    trace_state: str = ""
    name: str = ""
    kind: int = 0
    start_time_unix_nano: int = 0
    end_time_unix_nano: int = 0
    attributes: list[KeyValue] = []
    events: list[SpanEvent] = []
    links: list[SpanLink] = []
    status: Status | None = None


class ScopeSpans(Shape):
    scope: Scope | None = None
    spans: list[Span] = []


class ResourceSpans(Shape):
    resource: Resource | None = None
    scope_spans: list[ScopeSpans] = []


class Traces(Shape):
    resource_spans: list[ResourceSpans] = []


class LogRecord(Shape):
    time_unix_nano: int = 0
    observed_time_unix_nano: int = 0
    severity_number: int = 0
    severity_text: str = ""
    body: AnyValue | None = None
    attributes: list[KeyValue] = []
    trace_id: str = ""
    span_id: str = ""
    event_name: str = ""


class ScopeLogs(Shape):
    scope: Scope | None = None
    log_records: list[LogRecord] = []


class ResourceLogs(Shape):
    resource: Resource | None = None
    scope_logs: list[ScopeLogs] = []


class Logs(Shape):
    resource_logs: list[ResourceLogs] = []


class NumberPoint(Shape):
    attributes: list[KeyValue] = []
    start_time_unix_nano: int = 0
    time_unix_nano: int = 0
    as_double: float | None = None
    as_int: int | None = None


class HistogramPoint(Shape):
    attributes: list[KeyValue] = []
    start_time_unix_nano: int = 0
    time_unix_nano: int = 0
    count: int = 0
    sum: float | None = None
    bucket_counts: list[int] = []
    explicit_bounds: list[float] = []
    min: float | None = None
    max: float | None = None


class Buckets(Shape):
    offset: int = 0
    bucket_counts: list[int] = []


class ExponentialPoint(Shape):
    attributes: list[KeyValue] = []
    start_time_unix_nano: int = 0
    time_unix_nano: int = 0
    count: int = 0
    sum: float | None = None
    scale: int = 0
    zero_count: int = 0
    positive: Buckets | None = None
    negative: Buckets | None = None
    min: float | None = None
    max: float | None = None


class Quantile(Shape):
    quantile: float = 0
    value: float = 0


class SummaryPoint(Shape):
    attributes: list[KeyValue] = []
    start_time_unix_nano: int = 0
    time_unix_nano: int = 0
    count: int = 0
    sum: float = 0
    quantile_values: list[Quantile] = []


class Gauge(Shape):
    data_points: list[NumberPoint] = []


class Sum(Shape):
    data_points: list[NumberPoint] = []
    aggregation_temporality: int = 0
    is_monotonic: bool = False


class Histogram(Shape):
    data_points: list[HistogramPoint] = []
    aggregation_temporality: int = 0


class ExponentialHistogram(Shape):
    data_points: list[ExponentialPoint] = []
    aggregation_temporality: int = 0


class Summary(Shape):
    data_points: list[SummaryPoint] = []


class Metric(Shape):
    name: str = ""
    description: str = ""
    unit: str = ""
    gauge: Gauge | None = None
    sum: Sum | None = None
    histogram: Histogram | None = None
    exponential_histogram: ExponentialHistogram | None = None
    summary: Summary | None = None


class ScopeMetrics(Shape):
    scope: Scope | None = None
    metrics: list[Metric] = []


class ResourceMetrics(Shape):
    resource: Resource | None = None
    scope_metrics: list[ScopeMetrics] = []


class Metrics(Shape):
    resource_metrics: list[ResourceMetrics] = []


def as_fields(shape: Shape) -> dict[str, Any]:
    """The members that are there, nested, under their protobuf names: what a message's constructor takes.

    Raises ValueError for an id that is not hexadecimal.
    """
    fields: dict[str, Any] = {}
    for name in shape.__struct_fields__:
        value = getattr(shape, name)
        if value is None:
            continue
        if isinstance(value, Shape):
            fields[name] = as_fields(value)
        elif isinstance(value, list):
            fields[name] = [as_fields(item) if isinstance(item, Shape) else item for item in value]
        else:
            fields[name] = _bytes(name, value) if name in HEX else value
    return fields


def _bytes(name: str, digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise ValueError(f"{name} {digits[:40]!r} is not hexadecimal") from None
