"""Where our own telemetry goes: into the intake of this process, without HTTP and without being traced itself.

The OpenTelemetry SDK calls these exporters on threads of its own; the intake lives on the event loop.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from typing import Any

from google.protobuf.message import Message
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult
from opentelemetry.sdk.metrics import Counter, Histogram
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    MetricExporter,
    MetricExportResult,
    MetricsData,
)
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from ..intake import Intake, Owner
from ..signals import SignalName

HANDING_OVER: ContextVar[bool] = ContextVar("handing_over", default=False)
"""Set while our own telemetry is being kept: nothing that happens then becomes telemetry."""

TIMEOUT_SECONDS = 10.0


class Handover:
    """Brings encoded telemetry from the SDK's threads to the intake."""

    def __init__(self, intake: Intake, owner: Callable[[], Awaitable[Owner | None]]):
        self._intake, self._owner = intake, owner
        self._loop = asyncio.get_running_loop()
        self.lost = 0

    def keep(self, signal: SignalName, message: Message) -> bool:
        """Keep a request; False (and counted in `lost`) when it could not be. Blocks; never call it on the loop."""
        body = message.SerializeToString()
        if not body:
            return True
        try:
            future = asyncio.run_coroutine_threadsafe(self._keep(signal, body), self._loop)
            kept = future.result(TIMEOUT_SECONDS)
        except Exception:  # noqa: BLE001 - telling would be telemetry again; /metrics shows the count
            kept = False
        self.lost += not kept
        return kept

    async def _keep(self, signal: SignalName, body: bytes) -> bool:
        HANDING_OVER.set(True)
        owner = await self._owner()
        if owner is None:
            return False
        await self._intake.accept(signal, owner, body)
        return True


class InsideSpans(SpanExporter):
    """Spans to the handover."""

    def __init__(self, handover: Handover):
        self._handover = handover

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        kept = self._handover.keep("traces", encode_spans(spans))
        return SpanExportResult.SUCCESS if kept else SpanExportResult.FAILURE


class InsideLogs(LogRecordExporter):
    """Log records to the handover."""

    def __init__(self, handover: Handover):
        self._handover = handover

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        kept = self._handover.keep("logs", encode_logs(batch))
        return LogRecordExportResult.SUCCESS if kept else LogRecordExportResult.FAILURE

    def shutdown(self) -> None:
        """Nothing is held here."""

    def force_flush(self, timeout_millis: int = 10_000) -> bool:
        return True


class InsideMetrics(MetricExporter):
    """Metric points to the handover; as differences, so that where nothing happens nothing is sent."""

    def __init__(self, handover: Handover):
        delta = AggregationTemporality.DELTA
        super().__init__(preferred_temporality={Counter: delta, Histogram: delta})
        self._handover = handover

    def export(
        self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any
    ) -> MetricExportResult:
        if not metrics_data.resource_metrics:
            return MetricExportResult.SUCCESS
        kept = self._handover.keep("metrics", encode_metrics(metrics_data))
        return MetricExportResult.SUCCESS if kept else MetricExportResult.FAILURE

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        return True

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: Any) -> None:
        """Nothing is held here."""
