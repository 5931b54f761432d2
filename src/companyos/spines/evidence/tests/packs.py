"""Packs and keys made by the tests themselves, with no server and no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from companyos.spines.evidence import canonical, dsse, note, pack, tree
from companyos.spines.evidence.keys import VerifyKey
from companyos.spines.evidence.record import DecisionLink, Record

TENANT = "01928f00-0000-7000-8000-000000000001"


@dataclass(frozen=True)
class Signer:
    """A key pair of a test."""

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def key(self) -> VerifyKey:
        return VerifyKey(self.private.public_key().public_bytes_raw(), "2026-11-01T00:00:00.000000Z")


SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
DECISION: Mapping[str, Any] = {
    "id": "01928f00-0000-7000-8000-0000000000dd",
    "allowed": True,
    "policies": ["operations.roll-back"],
    "version": "abc",
}


def entry(number: int, **changes: Any) -> Record:
    """One record of the test's ledger."""
    values: dict[str, Any] = {
        "id": f"01928f00-0000-7000-8000-{number:012d}",
        "tenant": TENANT,
        "environment": "prod",
        "at": "2026-11-22T10:15:00.000000Z",
        "actor": "person:ada",
        "action": "operations.deployment.rolled_back",
        "subject": "operations.deployment:42",
        "outcome": "done",
        "detail": msgspec.Raw(canonical.encode({"from": "2.1.0", "to": "2.0.9", "number": number})),
        "request": "r1",
        "trace": "",
    }
    return Record(**{**values, **changes})


def contents(
    size: int = 7, index: int = 4, decision: Mapping[str, Any] | None = DECISION, signer: Signer = SIGNER
) -> pack.Contents:
    """What goes into a pack about record `index` of a ledger of `size`."""
    link = (
        DecisionLink(decision["id"], sha256(canonical.encode(decision)).hexdigest())
        if decision is not None
        else None
    )
    records = [entry(n, decision=link) if n == index else entry(n) for n in range(size)]
    frontier = tree.Frontier()
    nodes = dict(frontier.extend(record.hash for record in records))
    hashes = tree.roots_of(tree.inclusion_ranges(index, size), nodes)
    leaf = records[index].hash.hex()
    proof = pack.Proof(index, size, leaf, frontier.root.hex(), [hash_.hex() for hash_ in hashes])
    return pack.Contents(
        id="01928f00-0000-7000-8000-0000000000ff",
        title="Roll back checkout to 2.0.9",
        requested_at="2026-11-22T10:15:00.000000Z",
        record=records[index],
        decision=decision,
        proof=proof,
        checkpoint=checkpoint(note.Checkpoint(note.origin(TENANT), size, frontier.root), signer),
        keys=[signer.key],
        attachments=pack.attach({"log-excerpt.txt": "checkout: 5xx at 3.1 %\n", "plan.json": {"steps": 2}}),
    )


PLAN: Mapping[str, Any] = {"verb": "roll_back", "service": "checkout", "to": "2.0.9"}
ELEVATION: Mapping[str, Any] = {
    "id": "01928f00-0000-7000-8000-0000000000ee",
    "kind": "act",
    "requester": "person:ada",
    "approvers": ["person:bo"],
    "reason": "Checkout fails",
    "requested_at": "2026-11-22T10:00:00+00:00",
    "approved_at": "2026-11-22T10:05:00+00:00",
    "ends_at": "2026-11-22T10:35:00+00:00",
    "action": "operations:deployment.roll_back",
    "resource": "operations.deployment:42",
    "plan": sha256(canonical.encode(PLAN)).hexdigest(),
}


def elevated(**changes: pack.Attachment) -> bytes:
    """The pack of an elevated act; `changes` replace its attachments, `_` standing for the dot."""
    files = {"elevation.json": ELEVATION, "plan.json": PLAN, "log_excerpt.txt": "checkout: 5xx at 3.1 %\n"}
    changed = {name.replace("_", "."): value for name, value in changes.items()}
    return sealed(attachments=pack.attach({**files, **changed}))


def checkpoint(state: note.Checkpoint, signer: Signer = SIGNER) -> bytes:
    """A signed checkpoint."""
    return note.write(state, signer.private.sign(state.text), signer.key)


def sealed(given: pack.Contents | None = None, signer: Signer = SIGNER, **changes: Any) -> bytes:
    """A whole pack; `changes` replace parts of its contents before it is signed."""
    whole = replace(given or contents(), **changes)
    return pack.seal(whole, signer.key.kid, signer.private.sign(dsse.pae(whole.statement)))
