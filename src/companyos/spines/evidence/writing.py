"""Writes what one Work has recorded in one statement, whose rows travel as one JSON text for each table."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Column, Table, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from .tables import decision, pending, record

Row = tuple[Any, ...]
"""The values of a row in the order of its table's columns, without those that the database numbers; no bytes."""


class Entry(NamedTuple):
    """One record that waits to be written, with its place in the queue and the decision kept with it."""

    record: Row
    pending: Row
    decision: Row | None
    id: UUID
    action: str


async def write(db: AsyncConnection, entries: Sequence[Entry]) -> None:
    """Write entries in their order."""
    given = {
        "record": _rows(record, [entry.record for entry in entries]),
        "pending": _rows(pending, [entry.pending for entry in entries]),
    }
    decisions = [entry.decision for entry in entries if entry.decision is not None]
    if decisions:
        await db.execute(_DECIDED, given | {"decision": _rows(decision, decisions)})
    else:
        await db.execute(_PLAIN, given)


def hexed(value: bytes) -> str:
    """Bytes as PostgreSQL reads them from text."""
    return f"\\x{value.hex()}"


def _columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.identity is None]


_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_NAMES = {table: [column.name for column in _columns(table)] for table in (record, pending, decision)}


def _rows(table: Table, rows: Sequence[Row]) -> str:
    names = _NAMES[table]
    return msgspec.json.encode([dict(zip(names, row, strict=True)) for row in rows]).decode()


def _insert(table: Table) -> str:
    names = ", ".join(_NAMES[table])
    kinds = ", ".join(f"{c.name} {c.type.compile(_DIALECT)}" for c in _columns(table))
    return (
        f"insert into {table.fullname} ({names}) "  # noqa: S608 - names only
        f"select * from json_to_recordset(cast(:{table.name} as json)) as given ({kinds})"
    )


_RECORDS = f"records as ({_insert(record)})"
_DECISIONS = f"decisions as ({_insert(decision)} on conflict (tenant_id, id) do nothing)"
_PLAIN = text(f"with {_RECORDS} {_insert(pending)}")
_DECIDED = text(f"with {_DECISIONS}, {_RECORDS} {_insert(pending)}")
