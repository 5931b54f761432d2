"""Settings of telemetry: `COMPANYOS_TELEMETRY_…`."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings

from companyos.kernel.settings import part_settings


class TelemetrySettings(BaseSettings):
    """How much is accepted, how soon it is kept, how long it stays, and where our own telemetry goes."""

    model_config = part_settings("telemetry")

    max_body_bytes: int = Field(8_388_608, ge=1024, description="Largest OTLP body as it arrives, in bytes.")
    max_unpacked_bytes: int = Field(
        33_554_432, ge=1024, description="Largest OTLP body after decompression, in bytes."
    )
    body_seconds: float = Field(15.0, gt=0, description="Longest wait for an OTLP body, in seconds.")
    max_waiting_bytes: int = Field(
        268_435_456,
        ge=1_048_576,
        description="Bodies being received or written at once, in bytes; beyond it intake answers 503.",
    )

    linger_seconds: float = Field(
        0.3, gt=0, description="How long arrivals are gathered before they become queryable."
    )
    commit_seconds: float = Field(60.0, gt=0, description="Longest time until arrivals are in the lake.")
    commit_bytes: int = Field(
        33_554_432, ge=1, description="Bytes in memory at which they are committed to the lake sooner."
    )
    max_fresh_bytes: int = Field(
        134_217_728,
        ge=1,
        description="Bytes of uncommitted rows kept in memory; beyond it reading waits for the lake.",
    )

    keep_spans_days: int = Field(14, ge=1, description="Days that spans are kept.")
    keep_logs_days: int = Field(30, ge=1, description="Days that logs are kept.")
    keep_metrics_days: int = Field(90, ge=1, description="Days that metric points are kept.")
    keep_red_days: int = Field(400, ge=1, description="Days that the roll-up of requests is kept.")
    keep_stream_hours: int = Field(
        24, ge=0, description="Hours that the stream keeps records after they are in the lake."
    )
    keep_stream_bytes: int = Field(
        2_147_483_648, ge=0, description="Bytes of records that the stream keeps after they are in the lake."
    )
    compact_from: int = Field(8, ge=2, description="Files of a tenant's day at which they become one.")
    grace_minutes: float = Field(
        15.0, ge=0, description="Minutes that replaced files stay for queries that still read them."
    )

    own: Literal["inside", "otlp", "off"] = Field(
        "inside",
        description="Where our own telemetry goes: `inside` this house, by `otlp` to the endpoint of "
        "OTEL_EXPORTER_OTLP_ENDPOINT, or `off`.",
    )
    own_tenant: str = Field("companyos", description="Slug of the tenant that our own telemetry belongs to.")
    own_environment: str = Field("prod", description="Environment that our own telemetry belongs to.")
    own_seconds: float = Field(2.0, gt=0, description="How often our own telemetry is handed over.")
    metrics_token: str = Field(
        "",
        description="Bearer token that `/metrics` asks for. Empty: only direct callers on this machine may read it.",
    )
