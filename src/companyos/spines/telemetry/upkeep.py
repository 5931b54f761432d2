"""Maintenance of telemetry's tables, each by its own retention."""

from datetime import UTC, datetime, timedelta

from companyos.kernel.ports.lake import Lake, LakeTable, Upkeep, UpkeepReport

from .settings import TelemetrySettings
from .signals import LOGS, METRICS, RED, SPANS, TABLES


async def keep_up(lake: Lake, settings: TelemetrySettings) -> dict[str, UpkeepReport]:
    """One round of maintenance over all tables."""
    now = datetime.now(UTC)
    reports = {}
    for table in TABLES:
        rule = Upkeep(
            keep=timedelta(days=_days(table, settings)),
            compact_from=settings.compact_from,
            grace=timedelta(minutes=settings.grace_minutes),
        )
        reports[table.name] = await lake.upkeep(table, rule, now=now)
    return reports


def _days(table: LakeTable, settings: TelemetrySettings) -> int:
    return {
        SPANS.name: settings.keep_spans_days,
        LOGS.name: settings.keep_logs_days,
        METRICS.name: settings.keep_metrics_days,
        RED.name: settings.keep_red_days,
    }[table.name]
