"""The one guarded path by which rows are read: every relation is cut to one tenant before SQL sees it.

Names in the SQL come from declared tables, never from a caller; values are always parameters.
"""
# ruff: noqa: S608

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from companyos.kernel.ports.lake import Hidden, LakeTable, Scan, Where, times_of

Bound = tuple[str, Scan, list[str], Sequence[pa.Table], Sequence[Hidden]]
"""A relation's name, its scan, the files to read, the rows that are not in files yet, and what is hidden of both."""


class Engine:
    """DuckDB in this process. Each query has a cursor of its own, so queries run side by side."""

    def __init__(self, *, memory: str, threads: int):
        self._db = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": memory,
                "threads": threads,
                "autoinstall_known_extensions": False,
                "parquet_metadata_cache": True,
                "python_enable_replacements": False,
                "preserve_insertion_order": False,
            },
        )

    def run(self, sql: str, parameters: Mapping[str, Any], relations: Sequence[Bound]) -> pa.Table:
        """Run SQL that sees the relations as tables. Parameters are named: `$name`."""
        with self._db.cursor() as cursor:
            values = dict(parameters)
            tables = []
            for number, (name, scan, files, fresh, hidden) in enumerate(relations):
                body = _guarded(cursor, scan, files, fresh, hidden, f"_{number}", values)
                tables.append(f'"{name}" as ({body})')
            text = f"with {', '.join(tables)} {sql}"
            used = {key: value for key, value in values.items() if f"${key}" in text}
            return cursor.sql(text, params=used).to_arrow_table()

    def read(
        self,
        files: list[str],
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        shape: pa.Schema | None = None,
    ) -> pa.Table:
        """Run SQL over whole files as the relation `rows`: for maintenance, which is of no tenant.

        With a `shape` there are all its columns, also where the files are older than one of them.
        """
        with self._db.cursor() as cursor:
            source = "select * from read_parquet($files, union_by_name = true)"
            if shape is not None:
                cursor.register("_shape", shape.empty_table())
                source += " union all by name select * from _shape"
            values = {"files": files, **(parameters or {})}
            return cursor.sql(f"with rows as ({source}) {sql}", params=values).to_arrow_table()

    def close(self) -> None:
        self._db.close()


def only(scan: Scan, fresh: Sequence[pa.Table]) -> pa.Table:
    """Of rows that are in no file yet, those of the scan's tenant and time."""
    rows = pa.concat_tables(fresh) if fresh else scan.table.schema.empty_table()
    here = pc.equal(rows.column("tenant_id"), str(scan.tenant))
    for bound, inside in ((scan.start, pc.greater_equal), (scan.end, pc.less)):
        here = pc.and_(here, inside(rows.column("at"), pa.scalar(bound, rows.schema.field("at").type)))
    return rows.filter(here)


def _guarded(
    cursor: duckdb.DuckDBPyConnection,
    scan: Scan,
    files: list[str],
    fresh: Sequence[pa.Table],
    hidden: Sequence[Hidden],
    prefix: str,
    values: dict[str, Any],
) -> str:
    """SQL of one relation: files and fresh rows together, then tenant, time, what is hidden, and conditions."""
    every = ", ".join(f'"{name}"' for name in scan.table.schema.names)
    sources = []
    if files:
        values[f"{prefix}_files"] = files
        sources.append(f"select {every} from read_parquet(${prefix}_files, union_by_name = true)")
    rows = pa.concat_tables(fresh) if fresh else scan.table.schema.empty_table()
    if rows.num_rows or not files:
        cursor.register(f"{prefix}_fresh", rows)
        sources.append(f'select {every} from "{prefix}_fresh"')
    values |= {f"{prefix}_tenant": str(scan.tenant), f"{prefix}_start": scan.start, f"{prefix}_end": scan.end}
    conditions = [
        f"tenant_id = ${prefix}_tenant",
        f'"at" >= ${prefix}_start',
        f'"at" < ${prefix}_end',
    ]
    for number, one in enumerate(hidden):
        conditions.append(f"not {hides(scan.table, one, f'{prefix}_h{number}', values)}")
    for number, where in enumerate(scan.where):
        conditions.append(_condition(scan, where, f"{prefix}_w{number}", values))
    wanted = ", ".join(f'"{_known(scan, name)}"' for name in scan.columns) or every
    return f"select {wanted} from ({' union all '.join(sources)}) where {' and '.join(conditions)}"


def hides(table: LakeTable, rows: Hidden, key: str, values: dict[str, Any]) -> str:
    """SQL that is true of hidden rows and false of all others; its parameters are added to `values`."""
    if rows.column not in table.schema.names:
        raise ValueError(f"{table.name} has no column {rows.column!r}")
    values |= {f"{key}_value": rows.value, f"{key}_before": rows.before}
    found = f'contains("{rows.column}", ${key}_value)' if rows.within else f'"{rows.column}" = ${key}_value'
    past = " or ".join(f'"{time}" < ${key}_before' for time in times_of(table))
    return f"coalesce({found} and ({past}), false)"


def _condition(scan: Scan, where: Where, key: str, values: dict[str, Any]) -> str:
    column = f'"{_known(scan, where.column)}"'
    values[key] = list(where.value) if where.operator == "in" else where.value
    match where.operator:
        case "in":
            return f"list_contains(${key}, {column})"
        case "contains":
            return f"contains(lower({column}), lower(${key}))"
        case "=" | "!=" | ">" | ">=" | "<" | "<=":
            return f"{column} {where.operator} ${key}"
    raise ValueError(f"{where.operator!r} is no condition")


def _known(scan: Scan, column: str) -> str:
    if column not in scan.table.schema.names:
        raise ValueError(f"{scan.table.name} has no column {column!r}")
    return column
