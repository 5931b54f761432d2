"""The stream: an ordered, durable log of records per topic, where accepted input waits to be worked on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Record:
    """What is appended: opaque bytes and a few short text headers (who, when, what kind)."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored:
    """A record that was read back; the first record of a topic has offset 1."""

    offset: int
    record: Record


@dataclass(frozen=True, slots=True)
class Extent:
    """What a topic holds: the offsets of its oldest and newest record, and its bytes at rest.

    An empty topic has `first == last + 1`.
    """

    first: int
    last: int
    bytes: int


class StreamFull(Exception):
    """Nothing was appended: the storage has no room. Says where and what to do."""


class RecordTooLarge(Exception):
    """Nothing was appended: a record is over the limit that the message names."""


class Stream(Protocol):
    """Append, read and forget. Topics are lower-case words joined by dots, made on first use."""

    async def append(self, topic: str, records: Sequence[Record]) -> int:
        """Keep the records, in order, and return the offset of the last; they are durable when this returns.

        Raises StreamFull or RecordTooLarge, and then none of the records is kept.
        """
        ...

    async def read(self, topic: str, after: int, *, max_bytes: int = 8_388_608) -> list[Stored]:
        """Durable records with an offset above `after`, at least one if there is one, about `max_bytes`."""
        ...

    async def wait(self, topic: str, after: int, *, seconds: float) -> bool:
        """Wait until a record above `after` is durable; False when `seconds` pass first."""
        ...

    async def extent(self, topic: str) -> Extent:
        """What the topic holds."""
        ...

    async def commit(self, topic: str, reader: str, offset: int) -> None:
        """Durably note that `reader` is done with everything up to `offset`."""
        ...

    async def committed(self, topic: str, reader: str) -> int:
        """The offset last committed by `reader`; 0 for a new one."""
        ...

    async def retain(self, topic: str, *, before: datetime, max_bytes: int, upto: int) -> int:
        """Forget the oldest records that are older than `before` or beyond `max_bytes`; return how many.

        Nothing above `upto` is forgotten, and perhaps less than asked (whole segments), never more.
        """
        ...

    async def forget(self, topic: str, upto: int) -> int:
        """Forget records up to `upto` whatever their age; return how many.

        Records that share a piece of storage with later ones may stay (`extent` says so); asked again with a higher
        `upto` they go.
        """
        ...

    async def writable(self) -> None:
        """Return when an append would be accepted. Raises StreamFull or the engine's error."""
        ...

    async def close(self) -> None:
        """Let go of files and connections."""
        ...
