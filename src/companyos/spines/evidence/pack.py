"""An evidence pack: one zip that proves one risky act to anyone, without us.

statement.dsse.json   signed: every other file by its SHA-256, and what this pack is
record.json           the audit record: one leaf of the tenant's ledger
decision.json         the decision that allowed it: policies, version, reasons, inputs (if one was asked)
proof.json            that the record is in the tree the checkpoint speaks of (RFC 9162 inclusion proof)
checkpoint.txt        signed: the ledger's size and root hash (C2SP tlog-checkpoint)
keys.json             the public keys of both signatures (JWK set)
elevation.json        an elevated act: who asked for the right, why, who approved it, for how long, for which plan
plan.json             what was approved; its SHA-256 is the plan's hash
…                     attachments: log excerpts, dry runs, steps, diffs
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from . import archive, canonical, dsse, note, statement
from .keys import VerifyKey, write_set
from .record import Record

STATEMENT, RECORD, DECISION = "statement.dsse.json", "record.json", "decision.json"
PROOF, CHECKPOINT, KEYS = "proof.json", "checkpoint.txt", "keys.json"
ELEVATION, PLAN = "elevation.json", "plan.json"
RESERVED = frozenset({STATEMENT, RECORD, DECISION, PROOF, CHECKPOINT, KEYS})

Attachment = str | bytes | Mapping[str, Any]


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That leaf `leaf_index` is in the tree of `tree_size` leaves with this root; hashes in lower-case hex."""

    leaf_index: int
    tree_size: int
    leaf_hash: str
    root: str
    hashes: list[str]

    @property
    def encoded(self) -> bytes:
        """The canonical JSON: `proof.json`."""
        return canonical.encode(msgspec.to_builtins(self))


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a pack before it is signed."""

    id: str
    title: str
    requested_at: str
    record: Record
    decision: Mapping[str, Any] | None
    proof: Proof
    checkpoint: bytes
    keys: list[VerifyKey]
    attachments: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, bytes]:
        """Every file but the statement."""
        files = {
            RECORD: self.record.encoded,
            PROOF: self.proof.encoded,
            CHECKPOINT: self.checkpoint,
            KEYS: write_set(self.keys),
            **self.attachments,
        }
        return files if self.decision is None else {**files, DECISION: canonical.encode(self.decision)}

    @property
    def statement(self) -> bytes:
        """The payload of the envelope: sign `dsse.pae` of it and give the signature to `seal`."""
        files = self.files
        place = statement.Place(
            record=self.record.id,
            leaf_hash=self.proof.leaf_hash,
            leaf_index=self.proof.leaf_index,
            origin=note.origin(self.record.tenant),
            tree_size=self.proof.tree_size,
        )
        predicate = statement.Predicate(
            pack=self.id,
            title=self.title,
            tenant=self.record.tenant,
            action=self.record.action,
            requested_at=self.requested_at,
            place=place,
            sizes={name: len(content) for name, content in files.items()},
        )
        return statement.Statement(statement.subjects(files), predicate).encoded


def seal(contents: Contents, kid: str, signature: bytes) -> bytes:
    """The pack's bytes, given the signature over its statement and the key that made it."""
    envelope = dsse.Envelope(contents.statement, ((kid, signature),))
    return archive.write({**contents.files, STATEMENT: dsse.write(envelope)})


def attach(attachments: Mapping[str, Attachment]) -> dict[str, bytes]:
    """Attachments as files: text in UTF-8, mappings in canonical JSON.

    Raises ValueError for a name that packs reserve or do not allow, and for more than a pack holds.
    """
    files = {}
    for name, value in attachments.items():
        if name in RESERVED:
            raise ValueError(f"{name} is a file that every pack has; give the attachment another name")
        if isinstance(value, bytes):
            files[name] = value
        elif isinstance(value, str):
            files[name] = value.encode("utf-8", "replace")
        else:
            files[name] = canonical.encode(canonical.plain(value))
    archive.write(files)
    return files
