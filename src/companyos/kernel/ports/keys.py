"""The key ring: signs without ever handing out a private key, so that a file and a KMS look alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Algorithm = Literal["EdDSA", "ES256"]
"""JOSE names: EdDSA is Ed25519 (RFC 8037), ES256 is ECDSA on P-256 with SHA-256 (RFC 7518)."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key as the world may see it.

    `jwk` holds the members of RFC 7517 that describe the key itself (`kty`, `crv`, `x`, and `y` for ES256);
    `kid` is its RFC 7638 thumbprint, so anyone can recompute it. `until` is None while the key signs; after a
    rotation it says when the key stopped, and signatures made before stay verifiable.
    """

    kid: str
    algorithm: Algorithm
    jwk: Mapping[str, str]
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """64 bytes in both algorithms: RFC 8032's R ‖ S, and for ES256 r ‖ s as JOSE writes it (not DER)."""

    key: PublicKey
    value: bytes


Message = bytes | Callable[[PublicKey], bytes]
"""What to sign; a function when the message must name the key that signs it, as a JWS header does."""


class KeyRing(Protocol):
    """Keys by use ("evidence", "issuer"). A use gets its first key when it first signs."""

    async def sign(self, use: str, algorithm: Algorithm, message: Message) -> Signature:
        """Sign with the use's current key. Raises OSError when the ring cannot be read or written."""
        ...

    async def rotate(self, use: str, algorithm: Algorithm) -> PublicKey:
        """Make a new current key, retire the one before and destroy its private half; return the new one."""
        ...

    async def public(self, use: str) -> list[PublicKey]:
        """Every key the use ever had, newest first; empty when it has none yet."""
        ...
