"""HTTP shapes of evidence."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from companyos.kernel.http import Wire

HASH = "SHA-256 in lower-case hex."


class RecordOut(Wire):
    """One audit record. Its hash is over the record in canonical JSON (RFC 8785), see the reference."""

    index: int | None = Field(description="Place in the tenant's ledger; null for a second after the act.")
    id: UUID
    at: datetime
    environment: str = Field(examples=["prod"])
    actor: str = Field(examples=["person:019ac0de-0000-7000-8000-000000000001"])
    action: str = Field(examples=["operations.deployment.rolled_back"])
    subject: str = Field(examples=["operations.deployment:019ac0de-0000-7000-8000-000000000002"])
    outcome: Literal["done", "denied", "failed"]
    detail: dict[str, Any] = Field(examples=[{"from": "2.1.0", "to": "2.0.9"}])
    request: str = Field(description="Id of the request in which it happened.")
    trace: str = Field(description="Trace id, 32 hex digits, or empty.")
    decision: UUID | None = Field(description="The decision that the act was made under.")
    hash: str | None = Field(description=f"Leaf hash. {HASH}")


class RecordDetailOut(RecordOut):
    """One audit record with the decision it was made under."""

    made_under: dict[str, Any] | None = Field(
        description="The kept decision: reasons, policies, policy version and inputs."
    )


class KeyOut(Wire):
    """An Ed25519 public key as JWK (RFC 8037); `kid` is its RFC 7638 thumbprint."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    alg: Literal["EdDSA"]
    use: Literal["sig"]
    x: str
    kid: str
    valid_from: datetime | None
    valid_until: datetime | None = Field(description="Null while the key signs.")


class ProofOut(Wire):
    """That the ledger holds a record (RFC 9162 inclusion proof); check it with the signed checkpoint."""

    record: dict[str, Any] = Field(description="The record as it was hashed: write it as canonical JSON.")
    leaf_index: int
    tree_size: int
    leaf_hash: str = Field(description=HASH)
    root: str = Field(description=HASH)
    hashes: list[str] = Field(description="From the leaf upwards. " + HASH)
    checkpoint: str = Field(description="Signed note (C2SP tlog-checkpoint).")
    public_key: KeyOut
    verifier_key: str = Field(description="The key as transparency-log tools take it: name+id+base64.")


class CheckpointOut(Wire):
    """The newest signed state of the tenant's ledger."""

    origin: str
    size: int
    root: str = Field(description=HASH)
    at: datetime
    checkpoint: str = Field(description="Signed note (C2SP tlog-checkpoint).")
    public_key: KeyOut
    verifier_key: str


class FindingOut(Wire):
    """One thing that is wrong: a stable code, what it is about, and a sentence."""

    code: str = Field(examples=["record_changed"])
    where: str | None
    sentence: str


class VerificationOut(Wire):
    """What recomputing the whole ledger found."""

    ok: bool
    records: int
    waiting: int = Field(description="Committed records that have no place yet.")
    checkpoints: int
    findings: list[FindingOut]
    counts: dict[str, int] = Field(description="How many findings of each code; the list stops at 1,000.")


class PackOut(Wire):
    """An evidence pack: what it is about, and whether it can be downloaded."""

    id: UUID
    title: str = Field(examples=["Roll back checkout to 2.0.9"])
    at: datetime
    record: UUID
    actor: str
    action: str
    subject: str
    outcome: Literal["done", "denied", "failed"]
    environment: str
    sealed_at: datetime | None = Field(description="Null for a second after the act.")
    sha256: str | None


class FileOut(Wire):
    """One file of a pack."""

    name: str
    size: int
    sha256: str


class PackSummaryOut(PackOut):
    """A pack with its files, verified against the ledger's keys."""

    files: list[FileOut]
    verified: bool
    findings: list[FindingOut]
    signed_by: str | None = Field(description="Thumbprint of the key that signed the statement.")
    leaf_index: int | None
    tree_size: int | None
