"""From the tail to the lake, exactly once: rows and the stream's offset commit together."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import structlog

from companyos.kernel.ports.lake import Lake, LakeTable, MarkMoved, Upkeep, UpkeepReport
from companyos.kernel.ports.stream import Stream

from .settings import TelemetrySettings
from .signals import LOGS, METRICS, RED, SPANS, TABLES
from .tail import Tail

log = structlog.get_logger("companyos.telemetry")

READER = "lake"


async def consolidate(tail: Tail, stream: Stream, lake: Lake, settings: TelemetrySettings) -> int:
    """Commit a tail's rows to the lake if they are due; return how many records moved."""
    if tail.age < settings.commit_seconds and tail.bytes < settings.commit_bytes:
        return 0
    return await commit(tail, stream, lake, settings)


async def commit(tail: Tail, stream: Stream, lake: Lake, settings: TelemetrySettings) -> int:
    """Commit everything that the tail holds. Each table moves by itself; a crash in between is made up next time."""
    upto, moved = tail.upto, 0
    for table in tail.signal.tables:
        mark = await lake.mark(table)
        if mark >= upto:
            continue
        rows = pa.concat_tables([table.schema.empty_table(), *tail.rows(table, mark, upto)])
        try:
            await lake.append(table, rows, mark=(mark, upto))
        except MarkMoved:
            log.info("telemetry.committed_elsewhere", table=table.name)
            return 0
        moved = max(moved, upto - mark)
    await tail.trim()
    await stream.commit(tail.signal.topic, READER, upto)
    await stream.retain(
        tail.signal.topic,
        before=datetime.now(UTC) - timedelta(hours=settings.keep_stream_hours),
        max_bytes=settings.keep_stream_bytes,
        upto=upto,
    )
    return moved


async def keep_up(lake: Lake, settings: TelemetrySettings) -> dict[str, UpkeepReport]:
    """One round of maintenance over all tables; each by its own retention."""
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
