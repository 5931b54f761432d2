"""The public OpenTelemetry SDKs, unmodified, deliver over a real socket; what they sent can be asked for."""

import asyncio
import json
import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode, format_trace_id, use_span

from companyos.spines.telemetry.logs import LogQuery, find_logs
from companyos.spines.telemetry.red import red
from companyos.spines.telemetry.signals import METRICS
from companyos.spines.telemetry.traces import get_trace
from companyos.spines.telemetry.window import Window

CLIENTS = Path(__file__).parents[5] / "tests" / "clients"
MINUTE = timedelta(minutes=1)


async def answers(served, service, trace_id, now):
    """What can be asked about what the SDK has sent: spans, rates, logs and metric points."""
    for signal in ("traces", "logs", "metrics"):
        await served.settle(signal)
    window = Window(now - MINUTE, now + 2 * MINUTE)
    telemetry, tenant = served.telemetry, served.tenant
    points = await telemetry.lake.scan(telemetry.scan(METRICS, tenant, window.start, window.end))
    return (
        await get_trace(telemetry, tenant, "prod", trace_id, now=now),
        await red(telemetry, tenant, "prod", service, window, MINUTE),
        await find_logs(telemetry, tenant, "prod", LogQuery(window, service=service), limit=10),
        {row["name"]: row for row in points.to_pylist() if row["service"] == service},
    )


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
async def test_the_python_sdk_delivers(served, now, compression):
    resource = Resource({"service.name": "python-shop"})
    given = {"headers": served.headers, "compression": compression}

    def send() -> str:
        tracing = TracerProvider(resource=resource)
        tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{served.url}/v1/traces", **given)))
        tracer = tracing.get_tracer("clients", "1.2")
        with tracer.start_as_current_span(
            "GET /basket", kind=SpanKind.SERVER, attributes={"items": 3}
        ) as root:
            with tracer.start_as_current_span("SELECT basket", kind=SpanKind.CLIENT) as child:
                child.record_exception(ValueError("no such basket"))
                child.set_status(Status(StatusCode.ERROR, "no such basket"))
            logging = LoggerProvider(resource=resource)
            exporter = OTLPLogExporter(f"{served.url}/v1/logs", **given)
            logging.add_log_record_processor(BatchLogRecordProcessor(exporter))
            record = LogRecord(
                severity_number=SeverityNumber.WARN, body="basket is empty", attributes={"basket": "b-1"}
            )
            with use_span(root):
                logging.get_logger("clients").emit(record)
        reader = PeriodicExportingMetricReader(OTLPMetricExporter(f"{served.url}/v1/metrics", **given))
        metering = MeterProvider([reader], resource)
        metering.get_meter("clients").create_counter("baskets", "{basket}").add(7, {"size": "small"})
        metering.get_meter("clients").create_histogram("weight").record(2.5)
        for provider in (tracing, logging, metering):
            assert provider.force_flush()
            provider.shutdown()
        return format_trace_id(root.get_span_context().trace_id)

    trace_id = await asyncio.to_thread(send)
    told(*await answers(served, "python-shop", trace_id, now))


@pytest.mark.parametrize("notation", ["json", "proto"])
async def test_the_javascript_sdk_delivers(served, now, notation):
    node = Path(sys.executable).with_name("node")
    assert (CLIENTS.parents[1] / "node_modules/@opentelemetry").exists(), (
        "run `make test`, which installs them"
    )
    environment = os.environ | {
        "OTEL_EXPORTER_OTLP_ENDPOINT": served.url,
        "OTEL_EXPORTER_OTLP_HEADERS": f"Authorization=Bearer%20{served.key}",
        "NOTATION": notation,
    }
    sent = await asyncio.create_subprocess_exec(
        str(node) if node.exists() else shutil.which("node"),
        str(CLIENTS / "opentelemetry.mjs"),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await sent.communicate()
    assert sent.returncode == 0, errors.decode()
    told(*await answers(served, "javascript-shop", output.decode().strip(), now))


def told(spans, measured, lines, points):
    root, child = spans
    assert (root.name, root.kind, root.attributes["items"], root.parent_id) == (
        "GET /basket",
        "server",
        3,
        None,
    )
    assert (child.name, child.status, child.parent_id) == ("SELECT basket", "error", root.span_id)
    assert child.events[0]["attributes"]["exception.message"] == "no such basket"
    assert [(name, m.count) for name, m in measured.operations] == [("GET /basket", 1)]
    [line] = lines
    assert (line.body, line.severity, line.attributes["basket"], line.span_id) == (
        "basket is empty",
        "warn",
        "b-1",
        root.span_id,
    )
    assert (points["baskets"]["value"], json.loads(points["baskets"]["attributes"])) == (7, {"size": "small"})
    assert (points["weight"]["count"], points["weight"]["value"]) == (1, 2.5)
