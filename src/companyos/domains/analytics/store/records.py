"""How a batch waits in the stream: records of accepted events and of dead letters, in one append."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from companyos.kernel.ports.stream import Record

from ..rules.dead import DeadLetter
from ..rules.envelope import Envelope
from ..rules.judging import Owner

EVENTS_OF_RECORD = 500
"""So many events are one record at most, to stay below what a stream takes as one."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_encode = msgspec.json.Encoder().encode


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
    made = [Record(_encode(part), {**headers, "kind": "events"}) for part in _parts(events)]
    return made + [Record(_encode(part), {**headers, "kind": "dead"}) for part in _parts(dead)]


def _parts(items: Sequence[object]) -> Iterator[Sequence[object]]:
    for start in range(0, len(items), EVENTS_OF_RECORD):
        yield items[start : start + EVENTS_OF_RECORD]
