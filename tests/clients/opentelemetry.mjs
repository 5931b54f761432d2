// Sends one span tree, one log record and one counter with the public OpenTelemetry SDK for JavaScript.
// Environment: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, NOTATION ("json" or "proto").
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter as JsonTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtoTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";

const resource = resourceFromAttributes({ "service.name": "javascript-shop" });
const spans = process.env.NOTATION === "proto" ? new ProtoTraceExporter() : new JsonTraceExporter();

const tracing = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter: spans })] });
const tracer = tracing.getTracer("clients");
const root = tracer.startSpan("GET /basket", { kind: SpanKind.SERVER, attributes: { "http.route": "/basket", items: 3 } });
const child = tracer.startSpan("SELECT basket", { kind: SpanKind.CLIENT }, trace.setSpan(context.active(), root));
child.recordException(new Error("no such basket"));
child.setStatus({ code: SpanStatusCode.ERROR, message: "no such basket" });
child.end();
root.end();

const logging = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })] });
logging.getLogger("clients").emit({
  severityNumber: 13,
  severityText: "WARN",
  body: "basket is empty",
  attributes: { basket: "b-1", nested: { deep: [1, 2] } },
  context: trace.setSpan(context.active(), root),
});

const reader = new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(), exportIntervalMillis: 60_000 });
const metering = new MeterProvider({ resource, readers: [reader] });
metering.getMeter("clients").createCounter("baskets", { unit: "{basket}" }).add(7, { size: "small" });
metering.getMeter("clients").createHistogram("weight").record(2.5);

await Promise.all([tracing.forceFlush(), logging.forceFlush(), metering.forceFlush()]);
await Promise.all([tracing.shutdown(), logging.shutdown(), metering.shutdown()]);
console.log(root.spanContext().traceId);
