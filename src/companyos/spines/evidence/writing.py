"""Writes what one Work has recorded in one statement: each column travels as one array."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Column, Table, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from .tables import decision, pending, record

Row = tuple[Any, ...]
"""The values of a row in the order of its table's columns, without those that the database numbers."""


class Entry(NamedTuple):
    """One record that waits to be written: its row, its place in the queue, the decision kept with it."""

    record: Row
    pending: Row
    decision: Row | None


async def write(db: AsyncConnection, entries: Sequence[Entry]) -> None:
    """Write entries in their order."""
    given = _arrays(record, [e.record for e in entries]) | _arrays(pending, [e.pending for e in entries])
    decisions = [e.decision for e in entries if e.decision is not None]
    if decisions:
        await db.execute(_DECIDED, given | _arrays(decision, decisions))
    else:
        await db.execute(_PLAIN, given)


def _columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.identity is None]


def _name(table: Table, column: Column[Any]) -> str:
    return f"{table.name}_{column.name}"


def _insert(table: Table) -> str:
    columns = _columns(table)
    arrays = ", ".join(f":{_name(table, column)}" for column in columns)
    return (
        f"insert into {table.fullname} ({', '.join(column.name for column in columns)}) "  # noqa: S608 - names only
        f"select * from unnest({arrays})"
    )


def _arrays(table: Table, rows: Sequence[Row]) -> dict[str, list[Any]]:
    values = zip(*rows, strict=True)
    return {_name(table, column): list(array) for column, array in zip(_columns(table), values, strict=True)}


def _statement(sql: str, *tables: Table) -> TextClause:
    given = [(table, column) for table in tables for column in _columns(table)]
    return text(sql).bindparams(*(bindparam(_name(t, c), type_=ARRAY(c.type)) for t, c in given))


_RECORDS = f"records as ({_insert(record)})"
_DECISIONS = f"decisions as ({_insert(decision)} on conflict (tenant_id, id) do nothing)"
_PLAIN = _statement(f"with {_RECORDS} {_insert(pending)}", record, pending)
_DECIDED = _statement(f"with {_DECISIONS}, {_RECORDS} {_insert(pending)}", decision, record, pending)
