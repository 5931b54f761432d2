"""Maintenance of one table: retention, compaction, snapshot expiry, deletion of files that nothing names.

PyIceberg's snapshot expiry leaves the data files of what it expired, and a crash between writing files and
committing leaves orphans; both are found by walking the table's folder against what the metadata names.
"""
# ruff: noqa: S608 - the names in the SQL are those of declared tables

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from pyiceberg.expressions import LessThan
from pyiceberg.io.pyarrow import _dataframe_to_data_files
from pyiceberg.table import Table

from companyos.kernel.ports.lake import LakeTable, Upkeep, UpkeepReport

from .query import Engine
from .view import EPOCH, PlannedFile, day_number, local, view_of

SMALL_FILE_BYTES = 64 << 20


def keep_up(
    load: Callable[[], Table], engine: Engine, table: LakeTable, rule: Upkeep, now: datetime
) -> UpkeepReport:
    """Do all of it once. Each step commits by itself; a crash between steps leaves a sound table."""
    before = view_of(load(), None).files
    dropped = _drop_old(load(), set(before), rule, now)
    compacted = _compact(load(), engine, table, rule)
    expired = expire(load(), now - rule.grace)
    deleted = _delete_unnamed(load(), now - rule.grace)
    after = view_of(load(), None).files
    return UpkeepReport(
        days_dropped=dropped,
        days_compacted=compacted,
        files_before=sum(map(len, before.values())),
        files_after=sum(map(len, after.values())),
        snapshots_expired=expired,
        files_deleted=deleted,
    )


def _drop_old(table: Table, days: set[tuple[str, int]], rule: Upkeep, now: datetime) -> int:
    oldest = day_number(now - rule.keep)
    stale = sum(1 for _, day in days if day < oldest)
    if stale:
        midnight = datetime.combine(EPOCH + timedelta(days=oldest), datetime.min.time(), UTC)
        table.delete(LessThan(term="at", value=midnight.isoformat()))
    return stale


def _compact(table: Table, engine: Engine, kind: LakeTable, rule: Upkeep) -> int:
    """Rewrite the small files of each tenant's day as one. Large files are left: their work is done."""
    compacted = 0
    for files in view_of(table, None).files.values():
        small = [file for file in files if file.data.file_size_in_bytes < SMALL_FILE_BYTES]
        if len(small) >= rule.compact_from:
            _rewrite(table, small, _merged(engine, kind, small))
            compacted += 1
    return compacted


def _merged(engine: Engine, kind: LakeTable, files: list[PlannedFile]) -> pa.Table:
    columns = ", ".join(f'"{name}"' for name in kind.schema.names)
    order = ", ".join(f'"{name}"' for name in kind.sort)
    source = f"({kind.merge})" if kind.merge else "rows"
    rows = engine.read([file.path for file in files], f"select {columns} from {source} order by {order}")
    return rows.cast(kind.schema)


def _rewrite(table: Table, files: list[PlannedFile], rows: pa.Table) -> None:
    with table.transaction() as change, change.update_snapshot().overwrite() as swap:
        for new in _dataframe_to_data_files(table.metadata, rows, table.io):
            swap.append_data_file(new)
        for file in files:
            swap.delete_data_file(file.data)


def expire(table: Table, before: datetime) -> int:
    """Forget snapshots that were made before, but for the newest; how many."""
    count = len(table.metadata.snapshots)
    limit = int(before.timestamp() * 1000)
    if any(snapshot.timestamp_ms < limit for snapshot in table.metadata.snapshots[:-1]):
        table.maintenance.expire_snapshots().older_than(before).commit()
    return count - len(table.metadata.snapshots)


def _delete_unnamed(table: Table, before: datetime) -> int:
    standing = named(table)
    deleted = 0
    for path in sorted(Path(local(table.location())).rglob("*")):
        if path.is_file() and str(path) not in standing and path.stat().st_mtime < before.timestamp():
            path.unlink()
            deleted += 1
    return deleted


def named(table: Table) -> set[str]:
    """Every file that the table's metadata names, over all snapshots that it still holds."""
    named = {table.metadata_location, *(entry.metadata_file for entry in table.metadata.metadata_log)}
    for snapshot in table.metadata.snapshots:
        named.add(snapshot.manifest_list)
        for manifest in snapshot.manifests(table.io):
            named.add(manifest.manifest_path)
            named.update(entry.data_file.file_path for entry in manifest.fetch_manifest_entry(table.io, True))
    return {local(uri) for uri in named}
