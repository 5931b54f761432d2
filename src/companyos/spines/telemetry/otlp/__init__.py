"""OTLP 1.x (opentelemetry.io/docs/specs/otlp): protobuf and JSON bodies to columns."""
