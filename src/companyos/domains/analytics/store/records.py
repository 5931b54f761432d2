"""How a batch waits in the stream: records of accepted events and of dead letters, in one append.

Events are rows of values, whose names the header `fields` says once: shorter, quicker to read as columns, and still
understood when the envelope has gained a field.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec.structs import astuple

from companyos.kernel.ports.stream import Record

from ..rules.dead import DeadLetter
from ..rules.envelope import Envelope
from ..rules.judging import Owner

EVENTS_OF_RECORD = 500
"""So many events are one record at most, to stay below what a stream takes as one."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

FIELDS = ",".join(Envelope.__struct_fields__)
_TYPES: dict[str, Any] = {"consent_scope": list[str], "props": msgspec.Raw}
"""Of the fields that are no text; a time stays text, since columns are read from text more quickly."""

_encode = msgspec.json.Encoder().encode
_decode_dead = msgspec.json.Decoder(list[DeadLetter]).decode
T = TypeVar("T")
Columns = dict[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Origin:
    """What a record says of all its events; `received` in microseconds since 1970."""

    tenant: str
    environment: str
    producer: str
    received: int

    @classmethod
    def of(cls, record: Record) -> "Origin":
        said = record.headers
        return cls(said["tenant"], said["environment"], said["producer"], int(said["received"]))

    @property
    def key(self) -> bytes:
        """What an event's id is unique within."""
        return UUID(self.tenant).bytes + self.environment.encode() + b"\0"


def records(
    owner: Owner, now: datetime, events: Sequence[Envelope], dead: Sequence[DeadLetter]
) -> list[Record]:
    """The records of one batch."""
    headers = {
        "tenant": str(owner.tenant),
        "environment": owner.environment,
        "producer": owner.producer,
        "received": str((now - EPOCH) // MICROSECOND),
    }
    of_events = {**headers, "kind": "events", "fields": FIELDS}
    made = [Record(_encode([astuple(one) for one in part]), of_events) for part in _parts(events)]
    return made + [Record(_encode(part), {**headers, "kind": "dead"}) for part in _parts(dead)]


def columns(record: Record) -> Columns:
    """The values of a record's events by field."""
    names, decode = _reading(record.headers["fields"])
    return dict(zip(names, zip(*decode(record.body), strict=True), strict=True))


def dead_letters(record: Record) -> list[DeadLetter]:
    """The dead letters of a record."""
    return _decode_dead(record.body)


@cache
def _reading(fields: str) -> tuple[list[str], Callable[[bytes], list[tuple[Any, ...]]]]:
    names = fields.split(",")
    row: Any = tuple.__class_getitem__(tuple(_TYPES.get(name, str) for name in names))
    return names, msgspec.json.Decoder(list[row]).decode


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), EVENTS_OF_RECORD):
        yield items[start : start + EVENTS_OF_RECORD]
