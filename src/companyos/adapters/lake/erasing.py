"""Erasing rows: at once for every reader, then in every file.

A file that holds such rows is written again without them, one for one, in one commit for the table. The former files
are deleted when nobody can be reading them any more, and every file on disk is read to see that nothing was missed.
"""
# ruff: noqa: S608 - the names in the SQL are those of declared tables

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pyiceberg.io.pyarrow import _dataframe_to_data_files
from pyiceberg.table import Table

from companyos.kernel.ports.lake import Hidden, LakeTable

from .query import Engine, hides
from .upkeep import expire, named
from .view import PlannedFile, local, view_of


def rewrite_without(table: Table, engine: Engine, kind: LakeTable, rows: Hidden) -> int:
    """Take the rows out of all files that the table names; how many went."""
    values: dict[str, Any] = {}
    hidden = hides(kind, rows, "erased", values)
    touched = [
        (file, found)
        for file in _files(table, rows)
        if (found := _count(engine, kind, [file.path], hidden, values))
    ]
    if not touched:
        return 0
    columns = ", ".join(f'"{name}"' for name in kind.schema.names)
    order = ", ".join(f'"{name}"' for name in kind.sort)
    rest = f"select {columns} from rows where not {hidden} order by {order}"
    with table.transaction() as change, change.update_snapshot().overwrite() as swap:
        for file, _ in touched:
            left = engine.read([file.path], rest, values, kind.schema).cast(kind.schema)
            if left.num_rows:
                for new in _dataframe_to_data_files(table.metadata, left, table.io):
                    swap.append_data_file(new)
            swap.delete_data_file(file.data)
    return sum(found for _, found in touched)


def purge(load: Callable[[], Table], engine: Engine, kind: LakeTable, rows: Hidden, before: datetime) -> int:
    """Delete what holds such rows and no snapshot from `before` on names; count what is left on disk.

    Whoever writes such a file now has read it from a snapshot that was replaced since, so their commit will fail.
    """
    expire(load(), before)
    table = load()
    standing = named(table)
    values: dict[str, Any] = {}
    hidden = hides(kind, rows, "erased", values)
    left = 0
    for path in sorted((Path(local(table.location())) / "data").glob(f"tenant={rows.tenant}/**/*.parquet")):
        found = _count(engine, kind, [str(path)], hidden, values)
        if found and str(path) not in standing:
            path.unlink()
        else:
            left += found
    return left


def _files(table: Table, rows: Hidden) -> Sequence[PlannedFile]:
    mine = str(rows.tenant)
    return [
        file for (tenant, _), files in view_of(table, None).files.items() if tenant == mine for file in files
    ]


def _count(engine: Engine, kind: LakeTable, paths: list[str], hidden: str, values: Mapping[str, Any]) -> int:
    told = engine.read(paths, f"select count(*) as n from rows where {hidden}", values, kind.schema)
    return int(told.column("n")[0].as_py())
