"""OTLP requests to test with."""

import time

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

SECOND = 10**9


def attribute(key, value):
    kind = {
        bool: "bool_value",
        int: "int_value",
        float: "double_value",
        str: "string_value",
        bytes: "bytes_value",
    }
    return {"key": key, "value": {kind[type(value)]: value}}


def resource(service):
    return {"attributes": [attribute("service.name", service), attribute("host.name", "h1")]}


def span(
    number, *, start=None, ms=5.0, parent=None, kind=2, error=False, name="GET /things", trace=None, **more
):
    start = start if start is not None else time.time_ns() - SECOND
    return {
        "trace_id": (trace if trace is not None else number + 1).to_bytes(16, "big"),
        "span_id": (number + 1).to_bytes(8, "big"),
        "parent_span_id": (parent + 1).to_bytes(8, "big") if parent is not None else b"",
        "name": name,
        "kind": kind,
        "start_time_unix_nano": start,
        "end_time_unix_nano": start + int(ms * 1_000_000),
        "status": {"code": 2, "message": "it broke"} if error else {},
        **more,
    }


def traces(*spans, service="api"):
    return ExportTraceServiceRequest(
        resource_spans=[
            {
                "resource": resource(service),
                "scope_spans": [{"scope": {"name": "tests", "version": "1"}, "spans": list(spans)}],
            }
        ]
    )


def logs(*records, service="api"):
    return ExportLogsServiceRequest(
        resource_logs=[{"resource": resource(service), "scope_logs": [{"log_records": list(records)}]}]
    )


def log(body, *, at=None, severity=9, **more):
    return {
        "time_unix_nano": at if at is not None else time.time_ns(),
        "severity_number": severity,
        "body": {"string_value": body},
        **more,
    }


def metrics(*found, service="api"):
    return ExportMetricsServiceRequest(
        resource_metrics=[{"resource": resource(service), "scope_metrics": [{"metrics": list(found)}]}]
    )
