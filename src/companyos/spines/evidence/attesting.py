"""Attestations of other parts: an in-toto statement over some contents, signed with the ledger's key."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from companyos.kernel.house import House
from companyos.kernel.ports.keys import KeyRing

from . import canonical, dsse
from .keys import USE, of_ring
from .statement import STATEMENT_TYPE


@dataclass(frozen=True, slots=True)
class Attested:
    """What an envelope says and who signed: SHA-256 of each content in hex, the predicate, the key's thumbprint."""

    digests: Mapping[str, str]
    predicate: Mapping[str, Any]
    kid: str


async def attest(
    house: House, kind: str, contents: Mapping[str, bytes], predicate: Mapping[str, Any]
) -> bytes:
    """A DSSE envelope around an in-toto statement (v1) of the predicate type `kind` about the contents.

    Raises ValueError when the predicate has no canonical JSON form.
    """
    subject = [
        {"name": name, "digest": {"sha256": one}} for name, one in sorted(digests_of(contents).items())
    ]
    payload = canonical.encode(
        {"_type": STATEMENT_TYPE, "predicateType": kind, "subject": subject, "predicate": dict(predicate)}
    )
    signature = await house.adapter(KeyRing).sign(USE, "EdDSA", dsse.pae(payload))
    return dsse.write(dsse.Envelope(payload, ((signature.key.kid, signature.value),)))


def digests_of(contents: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 of each content in hex, as a statement names it."""
    return {name: sha256(content).hexdigest() for name, content in contents.items()}


async def attested(house: House, kind: str, raw: bytes) -> Attested:
    """What an envelope says, once one of the ledger's keys is known to have signed it.

    Raises ValueError saying what is wrong with it.
    """
    envelope = dsse.read(raw, "the envelope")
    signer = dsse.signed_by(envelope, [of_ring(key) for key in await house.adapter(KeyRing).public(USE)])
    said = canonical.decode(envelope.payload, "the statement")
    if said["predicateType"] != kind:
        raise ValueError(f"the statement is of the type {said['predicateType']}, expected {kind}")
    digests = {one["name"]: one["digest"]["sha256"] for one in said["subject"]}
    return Attested(digests, said["predicate"], signer.kid)
