"""Public keys of the ledger as packs and verifiers see them: Ed25519 (RFC 8032) written as JWK (RFC 8037)."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from companyos.kernel.ports.keys import PublicKey

from . import canonical

USE = "evidence"
"""The use under which the key ring keeps the ledger's keys."""

_NOTE_KEY = re.compile(r"[^\s+]+\+[0-9a-f]{8}\+([A-Za-z0-9+/=]+)")
_STANDARD = str.maketrans("-_", "+/")


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """One Ed25519 public key: 32 raw bytes, and when it signed if that is known."""

    raw: bytes
    since: str | None = None
    until: str | None = None

    @property
    def kid(self) -> str:
        """The RFC 7638 thumbprint, by which envelopes and people name the key."""
        jwk = canonical.encode({"crv": "Ed25519", "kty": "OKP", "x": _base64url(self.raw)})
        return _base64url(sha256(jwk).digest())

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature is this key's over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def jwk(self) -> dict[str, Any]:
        """The form in which keys are published."""
        text = {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "x": _base64url(self.raw)}
        return {**text, "kid": self.kid, "valid_from": self.since, "valid_until": self.until}


def of_ring(key: PublicKey) -> VerifyKey:
    """A key of the key ring. Raises ValueError for another algorithm than EdDSA."""
    raw = raw_of(key.jwk)
    return VerifyKey(raw, _time(key.since), _time(key.until) if key.until else None)


def raw_of(jwk: Mapping[str, Any]) -> bytes:
    """The 32 bytes of an Ed25519 JWK. Raises ValueError saying what it is instead."""
    x = jwk.get("x")
    if jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519" or not isinstance(x, str):
        raise ValueError("the key is not an Ed25519 JWK (kty OKP, crv Ed25519, x)")
    raw = base64.urlsafe_b64decode(x + "=" * (-len(x) % 4))
    if len(raw) != 32 or _base64url(raw) != x:
        raise ValueError("the key's x is not 32 bytes in unpadded base64url")
    return raw


def write_set(keys: list[VerifyKey]) -> bytes:
    """A JWK set in canonical JSON."""
    return canonical.encode({"keys": [key.jwk() for key in keys]})


def read_set(raw: bytes, what: str) -> list[VerifyKey]:
    """Read a JWK set. Raises ValueError naming the member that is wrong."""
    value = canonical.decode(raw, what)
    members = value.get("keys") if isinstance(value, dict) else None
    if not isinstance(members, list) or not members or len(members) > 1000:
        raise ValueError(f"{what} must be an object whose `keys` lists at least one key")
    keys = []
    for number, jwk in enumerate(members):
        if not isinstance(jwk, dict):
            raise ValueError(f"{what}: key {number} is not an object")
        try:
            key = VerifyKey(raw_of(jwk), jwk.get("valid_from"), jwk.get("valid_until"))
        except ValueError as error:
            raise ValueError(f"{what}: key {number}: {error}") from error
        if key.jwk() != jwk:
            raise ValueError(f"{what}: key {number} has members that do not describe key {key.kid}")
        keys.append(key)
    return keys


def read_pinned(text: str) -> list[VerifyKey]:
    """The key that a person pins, as a file or as text: PEM, JWK or JWK set, note key, or base64 of 32 bytes.

    Raises ValueError when it is none of them.
    """
    if len(text) < 1024 and "\n" not in text and Path(text).is_file():
        text = Path(text).read_text(errors="replace")
    text = text.strip()
    if text.startswith("-----BEGIN"):
        public = load_pem_public_key(text.encode())
        if not isinstance(public, Ed25519PublicKey):
            raise ValueError("the pinned PEM key is not an Ed25519 public key")
        return [VerifyKey(public.public_bytes(Encoding.Raw, PublicFormat.Raw))]
    if text.startswith("{"):
        value = json.loads(text)
        return [VerifyKey(raw_of(jwk)) for jwk in value.get("keys", [value])]
    note_key = _NOTE_KEY.fullmatch(text)
    raw = _any_base64(note_key[1] if note_key else text)
    if note_key or len(raw) == 33:
        raw = raw[1:]  # the byte before says Ed25519
    if len(raw) != 32:
        raise ValueError(
            "the pinned key is not an Ed25519 public key; give a file or text that is PEM, JWK, "
            "a note key (name+id+base64) or the base64 of 32 bytes"
        )
    return [VerifyKey(raw)]


def _any_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text.translate(_STANDARD) + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return b""


def _time(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
