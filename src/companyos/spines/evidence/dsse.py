"""DSSE envelopes (secure-systems-lab/dsse v1) around in-toto statements.

Written strictly, because the envelope itself is not signed: one canonical form, one base64 form, and every
signature must name a key by its thumbprint. `securesystemslib` reads these envelopes (the tests let it).
"""

import base64
from dataclasses import dataclass
from typing import Any

from . import canonical
from .keys import VerifyKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload and its signatures: (key thumbprint, 64 bytes of Ed25519)."""

    payload: bytes
    signatures: tuple[tuple[str, bytes], ...]


def pae(payload: bytes) -> bytes:
    """What is signed: the pre-authentication encoding of type and payload."""
    return b"DSSEv1 %d %b %d %b" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def write(envelope: Envelope) -> bytes:
    """The envelope in canonical JSON."""
    signatures = [{"keyid": kid, "sig": _encode(value)} for kid, value in envelope.signatures]
    return canonical.encode(
        {"payload": _encode(envelope.payload), "payloadType": PAYLOAD_TYPE, "signatures": signatures}
    )


def read(raw: bytes, what: str) -> Envelope:
    """Read an envelope without judging its signatures. Raises ValueError saying what is malformed."""
    value = canonical.decode(raw, what)
    if not isinstance(value, dict) or set(value) != {"payload", "payloadType", "signatures"}:
        raise ValueError(f"{what} is not a DSSE envelope (payload, payloadType, signatures)")
    if value["payloadType"] != PAYLOAD_TYPE:
        raise ValueError(f"{what} has the payload type {value['payloadType']!r}, expected {PAYLOAD_TYPE}")
    listed = value["signatures"]
    if not isinstance(listed, list) or not 1 <= len(listed) <= 16:
        raise ValueError(f"{what} must list between 1 and 16 signatures")
    signatures = []
    for number, item in enumerate(listed):
        if not isinstance(item, dict) or set(item) != {"keyid", "sig"} or not isinstance(item["keyid"], str):
            raise ValueError(f"{what}: signature {number} must have keyid and sig")
        signatures.append((item["keyid"], _decode(item["sig"], f"{what}: signature {number}")))
    return Envelope(_decode(value["payload"], f"{what}: the payload"), tuple(signatures))


def signed_by(envelope: Envelope, keys: list[VerifyKey]) -> VerifyKey:
    """The key among `keys` that signed. Raises ValueError when none did or one that is named did not."""
    known = {key.kid: key for key in keys}
    signer = None
    for kid, value in envelope.signatures:
        key = known.get(kid)
        if key is None:
            raise ValueError(f"the statement names key {kid[:80]!r}, which is none of the known keys")
        if not key.verifies(value, pae(envelope.payload)):
            raise ValueError(f"the statement's signature by key {kid} does not match its payload")
        signer = key
    if signer is None:
        raise ValueError("the statement carries no signature")
    return signer


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(text: Any, what: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{what} is not base64: {error}") from error
    if _encode(raw) != text:
        raise ValueError(f"{what} is not in the one form base64 gives it")
    return raw
