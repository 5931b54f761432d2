"""The audit record: what happened, who did it, and why it was allowed. One record is one leaf of the tree."""

from datetime import UTC, datetime
from typing import Literal

import msgspec

from . import canonical
from .tree import leaf_hash

Outcome = Literal["done", "denied", "failed"]

# Everything but `detail` is text under ASCII names, for which sorted compact JSON is the canonical form.
_ENCODER = msgspec.json.Encoder(order="sorted")


class DecisionLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ties a record to the decision it was made under: its id, and the SHA-256 of its canonical JSON."""

    id: str
    sha256: str


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One audit record, exactly as it is hashed. Ids are UUIDs as text, `at` is RFC 3339 in microseconds UTC.

    `detail` is a JSON object that is already canonical; it is kept, hashed and shown as these bytes.
    """

    id: str
    tenant: str
    environment: str
    at: str
    actor: str
    action: str
    subject: str
    outcome: Outcome
    detail: msgspec.Raw
    request: str
    trace: str
    decision: DecisionLink | None = None
    v: Literal[1] = 1

    @property
    def encoded(self) -> bytes:
        """The canonical JSON: the entry of the tree, and `record.json` in a pack."""
        return _ENCODER.encode(self)

    @property
    def hash(self) -> bytes:
        """The leaf hash, 32 bytes."""
        return leaf_hash(self.encoded)


def stamp(at: datetime) -> str:
    """A moment as records write it: 2026-11-22T10:15:00.000000Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read(raw: bytes, what: str) -> Record:
    """Read a record. Raises ValueError saying what is not as a record is written."""
    value = canonical.decode(raw, what)
    try:
        record = msgspec.json.decode(raw, type=Record)
    except msgspec.ValidationError as error:
        raise ValueError(f"{what} is not an audit record: {error}") from error
    if not isinstance(value["detail"], dict):
        raise ValueError(f"{what} is not an audit record: its detail is not an object")
    return record
