"""From a tail to the lake, exactly once: rows and the stream's offset commit together."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import structlog

from .ports.lake import MarkMoved
from .tail import Tail

log = structlog.get_logger("companyos.consolidation")

READER = "lake"


async def consolidate(tail: Tail) -> int:
    """Commit a tail's rows to the lake if they are due; return how many records moved."""
    if tail.age < tail.pace.commit_seconds and tail.bytes < tail.pace.commit_bytes:
        return 0
    return await commit(tail)


async def commit(tail: Tail) -> int:
    """Commit everything that the tail holds. Each table moves by itself; a crash in between is made up next time."""
    upto, moved = tail.upto, 0
    for table in tail.feed.tables:
        mark = await tail.lake.mark(table)
        if mark >= upto:
            continue
        rows = pa.concat_tables([table.schema.empty_table(), *tail.rows(table, mark, upto)])
        try:
            await tail.lake.append(table, rows, mark=(mark, upto))
        except MarkMoved:
            log.info("consolidation.committed_elsewhere", table=table.name)
            return 0
        moved = max(moved, upto - mark)
    await tail.feed.settled(upto)
    await tail.trim()
    await tail.stream.commit(tail.feed.topic, READER, upto)
    await tail.stream.retain(
        tail.feed.topic,
        before=datetime.now(UTC) - timedelta(hours=tail.pace.keep_stream_hours),
        max_bytes=tail.pace.keep_stream_bytes,
        upto=min(upto, await tail.held_from()),
    )
    return moved
