"""An OTLP request: read from either notation, checked, counted; and the answer to it in the same notation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from google.protobuf.message import DecodeError, EncodeError, Message
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs_pb
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics_pb
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as trace_pb

from companyos.kernel.problems import Malformed

from ..rules import refused_span, refused_time
from ..signals import SignalName
from . import shapes


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many items of a request are kept, how many are refused, and why the first of these was."""

    accepted: int
    refused: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Notation:
    """How one signal is written: its request and response messages, and its JSON shape."""

    request: type[Message]
    response: type[Message]
    shape: type[shapes.Shape]
    refused_field: str
    check: Callable[[Any, int], Iterator[str]]


def parse_protobuf(signal: SignalName, body: bytes) -> Message:
    """Read a protobuf body. Raises Malformed."""
    message = NOTATIONS[signal].request()
    try:
        message.ParseFromString(body)
    except DecodeError as error:
        raise Malformed(
            f"The body is no {message.DESCRIPTOR.full_name}: {error}. Send OTLP protobuf, or say "
            "Content-Type: application/json for OTLP JSON."
        ) from error
    return message


def parse_json(signal: SignalName, body: bytes) -> Message:
    """Read a JSON body as the protobuf message that it stands for. Raises Malformed with the place."""
    notation = NOTATIONS[signal]
    try:
        read = msgspec.json.decode(body, type=notation.shape, strict=False)
        return notation.request(**shapes.as_fields(read))
    except (msgspec.MsgspecError, ValueError, TypeError, EncodeError, RecursionError) as error:
        raise Malformed(f"The body is no OTLP JSON for {signal}: {error}") from error


def check(signal: SignalName, message: Message, now: int) -> Verdict:
    """Judge every item of a request by the rules; `now` is the time of arrival in nanoseconds."""
    accepted = refused = 0
    first = ""
    for reason in NOTATIONS[signal].check(message, now):
        if reason:
            refused += 1
            first = first or reason
        else:
            accepted += 1
    return Verdict(accepted, refused, first)


def response(signal: SignalName, verdict: Verdict) -> Message:
    """The answer: empty when all was kept, a partial success otherwise (OTLP "Partial Success")."""
    notation = NOTATIONS[signal]
    answer: Any = notation.response()
    if verdict.refused:
        setattr(answer.partial_success, notation.refused_field, verdict.refused)
        answer.partial_success.error_message = (
            f"{verdict.refused} refused; the first because {verdict.reason}"
        )
    return cast(Message, answer)


def response_json(signal: SignalName, verdict: Verdict) -> bytes:
    """The same answer in JSON."""
    if not verdict.refused:
        return b"{}"
    field = {"traces": "rejectedSpans", "logs": "rejectedLogRecords", "metrics": "rejectedDataPoints"}[signal]
    reason = f"{verdict.refused} refused; the first because {verdict.reason}"
    return msgspec.json.encode({"partialSuccess": {field: verdict.refused, "errorMessage": reason}})


def points_of(metric: Any) -> Any:
    """The data points of a metric of any kind."""
    kind = metric.WhichOneof("data")
    return getattr(metric, kind).data_points if kind else ()


def log_time(record: Any, now: int) -> int:
    """When a log record happened: its own time, else when it was observed, else when it arrived."""
    return int(record.time_unix_nano or record.observed_time_unix_nano or now)


def _check_traces(message: Any, now: int) -> Iterator[str]:
    for resource in message.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield refused_span(
                    span.trace_id, span.span_id, span.start_time_unix_nano, span.end_time_unix_nano, now
                )


def _check_logs(message: Any, now: int) -> Iterator[str]:
    for resource in message.resource_logs:
        for scope in resource.scope_logs:
            for record in scope.log_records:
                yield refused_time(log_time(record, now), now)


def _check_metrics(message: Any, now: int) -> Iterator[str]:
    for resource in message.resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                for point in points_of(metric):
                    yield refused_time(point.time_unix_nano, now)


NOTATIONS: dict[SignalName, Notation] = {
    "traces": Notation(
        trace_pb.ExportTraceServiceRequest,
        trace_pb.ExportTraceServiceResponse,
        shapes.Traces,
        "rejected_spans",
        _check_traces,
    ),
    "logs": Notation(
        logs_pb.ExportLogsServiceRequest,
        logs_pb.ExportLogsServiceResponse,
        shapes.Logs,
        "rejected_log_records",
        _check_logs,
    ),
    "metrics": Notation(
        metrics_pb.ExportMetricsServiceRequest,
        metrics_pb.ExportMetricsServiceResponse,
        shapes.Metrics,
        "rejected_data_points",
        _check_metrics,
    ),
}
