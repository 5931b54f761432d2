"""Streams: `file:` keeps zstd segments, `nats://` speaks to a JetStream cluster."""
