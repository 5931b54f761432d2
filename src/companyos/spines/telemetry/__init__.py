"""Telemetry: OTLP in; traces, logs and metrics kept and queried; CompanyOS's own instruments."""
