"""The OpenTelemetry SDK of this process: one tracer and logger for each of CompanyOS's services."""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from importlib.metadata import version
from typing import Any

from opentelemetry import trace
from opentelemetry._logs import Logger, LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor, LogRecordExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricExporter, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

from companyos.kernel.house import House

from ..settings import TelemetrySettings
from .handover import HANDING_OVER, Handover, InsideLogs, InsideMetrics, InsideSpans

API, IDENTITY, TELEMETRY, RELAY, CONSOLE, DATABASE = (
    f"companyos-{name}" for name in ("api", "identity", "telemetry", "relay", "console", "database")
)
SERVICES = (API, IDENTITY, TELEMETRY, RELAY, CONSOLE, DATABASE)

SERVICE: ContextVar[str] = ContextVar("service", default=API)
"""Which of our services is at work: log lines are its."""
TRACE_ID: ContextVar[int] = ContextVar("trace_id", default=0)
"""The trace id that the next root span takes, so that spans, logs, audit records and problems agree."""

OWN_HEADER = "companyos-own-telemetry"
LEVELS = {
    "debug": SeverityNumber.DEBUG,
    "info": SeverityNumber.INFO,
    "warning": SeverityNumber.WARN,
    "error": SeverityNumber.ERROR,
    "critical": SeverityNumber.FATAL,
    "exception": SeverityNumber.ERROR,
}


class Instruments:
    """Tracers, loggers and meters, and where they send. Start on the event loop, stop before it ends."""

    def __init__(self, settings: TelemetrySettings, handover: Handover | None):
        every_ms = settings.own_seconds * 1000
        self.handover = handover
        spans, logs, metrics = _inside(handover) if handover else _outside()
        self._spans = BatchSpanProcessor(spans, schedule_delay_millis=every_ms)
        self._logs = BatchLogRecordProcessor(logs, schedule_delay_millis=every_ms)
        self._tracers: dict[str, trace.Tracer] = {}
        self._loggers: dict[str, Logger] = {}
        for name in SERVICES:
            tracing = TracerProvider(
                ALWAYS_ON, _resource(name), shutdown_on_exit=False, id_generator=_TraceIds()
            )
            tracing.add_span_processor(self._spans)
            self._tracers[name] = tracing.get_tracer("companyos")
            logging = LoggerProvider(_resource(name), shutdown_on_exit=False)
            logging.add_log_record_processor(self._logs)
            self._loggers[name] = logging.get_logger("companyos")
        reader = PeriodicExportingMetricReader(metrics, export_interval_millis=max(every_ms, 10_000))
        self._metering = MeterProvider([reader], _resource(API), shutdown_on_exit=False)
        meter = self._metering.get_meter("companyos")
        self.durations = meter.create_histogram(
            "http.server.request.duration", "s", "Duration of HTTP server requests."
        )

    def tracer(self, service: str) -> trace.Tracer:
        """The tracer of one of our services."""
        return self._tracers[service]

    def span(self, service: str, name: str, **attributes: Any) -> AbstractContextManager[trace.Span]:
        """A span of one of our services as the current one; an exception that passes makes it an error."""
        return self._tracers[service].start_as_current_span(name, attributes=attributes)

    def ship(self, logger: Any, method: str, entry: dict[str, Any]) -> dict[str, Any]:
        """structlog processor: put the trace's ids on an entry and send a copy with our telemetry."""
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            entry["trace_id"] = trace.format_trace_id(context.trace_id)
            entry["span_id"] = trace.format_span_id(context.span_id)
        if not HANDING_OVER.get():
            self._loggers[SERVICE.get()].emit(_record(entry))
        return entry

    def tell(self, service: str, event: str, **attributes: Any) -> None:
        """A log line of one of our services at level info that goes with our telemetry and is written nowhere."""
        self._loggers[service].emit(_record({"event": event, **attributes}))

    async def flush(self) -> None:
        """Hand over what is waiting."""
        await asyncio.to_thread(self._flush)

    async def stop(self) -> None:
        """Hand over what is waiting and stop."""
        await asyncio.to_thread(self._stop)

    def _flush(self) -> None:
        self._spans.force_flush()
        self._logs.force_flush()
        self._metering.force_flush()

    def _stop(self) -> None:
        self._spans.shutdown()  # type: ignore[no-untyped-call]
        self._logs.shutdown()  # type: ignore[no-untyped-call]
        self._metering.shutdown()


def _inside(handover: Handover) -> tuple[SpanExporter, LogRecordExporter, MetricExporter]:
    return InsideSpans(handover), InsideLogs(handover), InsideMetrics(handover)


def _outside() -> tuple[SpanExporter, LogRecordExporter, MetricExporter]:
    own = {OWN_HEADER: "yes"}
    return OTLPSpanExporter(headers=own), OTLPLogExporter(headers=own), OTLPMetricExporter(headers=own)


def measured(house: House, service: str, name: str, trace_id: str = "") -> AbstractContextManager[object]:
    """A span around work that is no request (a reaction, a job), in the given trace; nothing without instruments."""
    instruments: Instruments | None = house.adapters.get(Instruments)
    if instruments is None:
        return nullcontext()
    SERVICE.set(service)
    TRACE_ID.set(int(trace_id or "0", 16))
    return instruments.span(service, name)


class _TraceIds(RandomIdGenerator):
    """Random ids, except that a request keeps the trace id that it was given at the door."""

    def generate_trace_id(self) -> int:
        return TRACE_ID.get() or super().generate_trace_id()


def _resource(service: str) -> Resource:
    return Resource(
        {"service.name": service, "service.namespace": "companyos", "service.version": version("companyos")}
    )


def _record(entry: Mapping[str, Any]) -> LogRecord:
    level = str(entry.get("level", "info"))
    attributes = {
        key: value if isinstance(value, bool | int | float | str) else str(value)
        for key, value in entry.items()
        if key not in ("event", "level", "timestamp", "trace_id", "span_id")
    }
    return LogRecord(
        severity_text=level.upper(),
        severity_number=LEVELS.get(level, SeverityNumber.INFO),
        body=str(entry.get("event", "")),
        attributes=attributes,
    )
