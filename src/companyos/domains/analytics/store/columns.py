"""From stored records to the columns of the lake's tables."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from companyos.kernel.ports.lake import LakeTable
from companyos.kernel.tail import OFFSET

from ..rules.dead import DeadLetter
from ..tables import DEAD_LETTERS, EVENTS, TIME
from .records import Columns, Origin

FIELD_OF = {"schema_version": "schema"}
"""What the envelope calls otherwise than the table."""


def events_table(origin: Origin, offset: int, columns: Columns) -> pa.Table:
    """The rows of one record's events; a column whose field the record does not have is empty."""
    count = len(columns["id"])
    arrays: list[pa.Array] = []
    for column in EVENTS.schema:
        told = columns.get(FIELD_OF.get(column.name, column.name))
        if column.name in _OF_ORIGIN:
            arrays.append(pa.repeat(_of_origin(origin, column.name), count))
        elif column.name == "consents":
            arrays.append(pa.array([as_text(scopes) for scopes in columns["consent_scope"]], pa.string()))
        elif told is None:
            arrays.append(pa.nulls(count, column.type))
        elif column.name == "at":
            arrays.append(pa.array(told, pa.string()).cast(TIME))
        elif column.name == "props":
            arrays.append(pa.array([bytes(one) for one in told], pa.binary()).cast(pa.string()))
        else:
            arrays.append(pa.array(told, column.type))
    return _with_offset(EVENTS, arrays, offset, count)


def as_text(scopes: Sequence[str] | None) -> str:
    """Scopes of consent as `|one||two|`; one with a | in it could pass for two others, so it is none."""
    return "".join(f"|{scope}|" for scope in scopes or () if "|" not in scope)


def dead_table(origin: Origin, offset: int, letters: Sequence[DeadLetter]) -> pa.Table:
    """The rows of one record's dead letters; `at` is when they came."""
    count = len(letters)
    told: dict[str, Any] = {
        "letter": [one.letter for one in letters],
        "id": [one.id for one in letters],
        "event": [one.event for one in letters],
        "schema_version": [one.schema for one in letters],
        "code": [one.reason.code for one in letters],
        "pointer": [one.reason.pointer for one in letters],
        "sentence": [one.reason.sentence for one in letters],
        "fix": [one.reason.fix for one in letters],
        "raw": [one.raw for one in letters],
    }
    arrays = [
        pa.array(told[column.name], column.type)
        if column.name in told
        else pa.repeat(_of_origin(origin, column.name), count)
        for column in DEAD_LETTERS.schema
    ]
    return _with_offset(DEAD_LETTERS, arrays, offset, count)


_OF_ORIGIN = ("tenant_id", "environment", "producer", "received_at")


def _of_origin(origin: Origin, column: str) -> pa.Scalar:
    match column:
        case "tenant_id":
            return pa.scalar(origin.tenant)
        case "environment":
            return pa.scalar(origin.environment)
        case "producer":
            return pa.scalar(origin.producer)
        case "at" | "received_at":
            return pa.scalar(origin.received, TIME)
    raise ValueError(f"{column} is no column of every record")


def _with_offset(table: LakeTable, arrays: list[pa.Array], offset: int, count: int) -> pa.Table:
    offsets = pa.repeat(pa.scalar(offset, pa.int64()), count)
    return pa.Table.from_arrays([*arrays, offsets], schema=with_offset(table))


def with_offset(table: LakeTable) -> pa.Schema:
    """A table's schema with the column that fresh rows have beside it."""
    return table.schema.append(pa.field(OFFSET, pa.int64()))
