"""The in-toto Statement v1 that a pack is signed over: every file by hash, and what the pack is about."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final, Literal

import msgspec

from . import canonical

STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "https://companyos.dev/evidence/v1"


class Digest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """SHA-256 in lower-case hex."""

    sha256: str


class Subject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the pack."""

    name: str
    digest: Digest


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which record the pack is about, and where the ledger holds it."""

    record: str
    leaf_hash: str
    leaf_index: int
    origin: str
    tree_size: int


class Predicate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the pack is: its id and title, the act's action and tenant, its place, the sizes of its files."""

    pack: str
    title: str
    tenant: str
    action: str
    requested_at: str
    place: Place
    sizes: dict[str, int]


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An in-toto attestation, https://in-toto.io/Statement/v1."""

    subject: list[Subject]
    predicate: Predicate
    type_: Literal["https://in-toto.io/Statement/v1"] = msgspec.field(default=STATEMENT_TYPE, name="_type")
    predicate_type: Literal["https://companyos.dev/evidence/v1"] = msgspec.field(
        default=PREDICATE_TYPE, name="predicateType"
    )

    @property
    def encoded(self) -> bytes:
        """The canonical JSON: the payload of the envelope."""
        return canonical.encode(msgspec.to_builtins(self))


def subjects(files: Mapping[str, bytes]) -> list[Subject]:
    """Every file with its hash, sorted by name."""
    return [Subject(name, Digest(sha256(content).hexdigest())) for name, content in sorted(files.items())]


def read(raw: bytes, what: str) -> Statement:
    """Read a statement. Raises ValueError saying what is not as our statements are written."""
    try:
        return msgspec.convert(canonical.decode(raw, what), Statement)
    except msgspec.ValidationError as error:
        raise ValueError(f"{what} is not an evidence statement: {error}") from error
