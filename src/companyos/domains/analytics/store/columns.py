"""From stored records to the columns of the lake's tables."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pyarrow as pa

from companyos.kernel.ports.lake import LakeTable
from companyos.kernel.tail import OFFSET

from ..rules.dead import DeadLetter
from ..rules.envelope import Envelope
from ..tables import DEAD_LETTERS, EVENTS, TIME
from .records import Origin

decode_events = msgspec.json.Decoder(list[Envelope]).decode
decode_dead = msgspec.json.Decoder(list[DeadLetter]).decode

OF_EVENT = {"schema_version": "schema"}
"""Columns that the envelope calls otherwise."""
OF_ORIGIN = ("tenant_id", "environment", "producer", "received_at")


def events_table(origin: Origin, offset: int, events: Sequence[Envelope]) -> pa.Table:
    """The rows of one record's events."""
    count = len(events)
    columns: list[pa.Array] = []
    for field in EVENTS.schema:
        if field.name in OF_ORIGIN:
            columns.append(pa.repeat(_of_origin(origin, field.name), count))
        elif field.name == "props":
            columns.append(pa.array([bytes(event.props).decode() for event in events], field.type))
        else:
            name = OF_EVENT.get(field.name, field.name)
            columns.append(pa.array([getattr(event, name) for event in events], field.type))
    return _with_offset(EVENTS, columns, offset, count)


def dead_table(origin: Origin, offset: int, letters: Sequence[DeadLetter]) -> pa.Table:
    """The rows of one record's dead letters; `at` is when they came."""
    count = len(letters)
    told: dict[str, Any] = {
        "id": [one.id for one in letters],
        "event": [one.event for one in letters],
        "schema_version": [one.schema for one in letters],
        "code": [one.reason.code for one in letters],
        "pointer": [one.reason.pointer for one in letters],
        "sentence": [one.reason.sentence for one in letters],
        "fix": [one.reason.fix for one in letters],
        "raw": [one.raw for one in letters],
    }
    columns = [
        pa.array(told[field.name], field.type)
        if field.name in told
        else pa.repeat(_of_origin(origin, "received_at" if field.name == "at" else field.name), count)
        for field in DEAD_LETTERS.schema
    ]
    return _with_offset(DEAD_LETTERS, columns, offset, count)


def _of_origin(origin: Origin, name: str) -> pa.Scalar:
    match name:
        case "tenant_id":
            return pa.scalar(origin.tenant)
        case "environment":
            return pa.scalar(origin.environment)
        case "producer":
            return pa.scalar(origin.producer)
        case _:
            return pa.scalar(origin.received, TIME)


def _with_offset(table: LakeTable, columns: list[pa.Array], offset: int, count: int) -> pa.Table:
    schema = with_offset(table)
    return pa.Table.from_arrays([*columns, pa.repeat(pa.scalar(offset, pa.int64()), count)], schema=schema)


def with_offset(table: LakeTable) -> pa.Schema:
    """A table's schema with the column that fresh rows have beside it."""
    return table.schema.append(pa.field(OFFSET, pa.int64()))
