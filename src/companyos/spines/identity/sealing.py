"""Sealing: what must be kept or handed out but not read by others (TOTP seeds, sign-ins under way).

The key ring signs and never encrypts, so the sealing key is derived from a signature: Ed25519 is deterministic
(RFC 8032 §5.1.6), hence only who can sign with the ring's key can derive it. HKDF-SHA256 (RFC 5869) makes one key
per purpose, AES-256-GCM seals. The ring's "seal" key is never rotated: that would lose every TOTP seed.
"""

import base64
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from companyos.kernel.ports.keys import KeyRing

USE = "identity-seal"
SOURCE = b"companyos identity sealing key, version 1"
NONCE = 12


class Unreadable(ValueError):
    """The sealed text was changed, was made for another purpose, or with another key."""


class Seal:
    """Seals and opens bytes for a purpose; what was sealed for one cannot be opened for another."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys
        self._root: bytes | None = None

    async def close(self, purpose: str, plain: bytes) -> bytes:
        """Seal: nonce ‖ ciphertext ‖ tag."""
        nonce = os.urandom(NONCE)
        return nonce + (await self._cipher(purpose)).encrypt(nonce, plain, None)

    async def open(self, purpose: str, sealed: bytes) -> bytes:
        """Open what `close` made for the same purpose. Raises Unreadable."""
        try:
            return (await self._cipher(purpose)).decrypt(sealed[:NONCE], sealed[NONCE:], None)
        except (InvalidTag, ValueError) as error:
            raise Unreadable(f"not sealed for {purpose}") from error

    async def close_text(self, purpose: str, value: dict[str, Any]) -> str:
        """Seal a JSON object as text that may stand in a URL."""
        sealed = await self.close(purpose, json.dumps(value, separators=(",", ":")).encode())
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    async def open_text(self, purpose: str, text: str) -> dict[str, Any]:
        """Open what `close_text` made. Raises Unreadable."""
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError as error:
            raise Unreadable("not sealed at all") from error
        value: dict[str, Any] = json.loads(await self.open(purpose, sealed))
        return value

    async def _cipher(self, purpose: str) -> AESGCM:
        if self._root is None:
            self._root = (await self._keys.sign(USE, "EdDSA", SOURCE)).value
        key = HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(self._root)
        return AESGCM(key)
