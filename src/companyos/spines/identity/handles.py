"""Handles: secrets that a client holds, and of which only a digest is stored.

A handle that must be found before its tenant is known carries the tenant in front, `<tenant hex>.<secret>`, so that
row-level security holds on the look-up as well.
"""

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

INGEST_PREFIX = "cosk_"


def new_secret() -> str:
    """256 random bits as 43 characters of base64url."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is stored of a secret. One pass of SHA-256 is enough: the secret has 256 bits, not a password's 30."""
    return hashlib.sha256(secret.encode()).digest()


@dataclass(frozen=True, slots=True)
class Handle:
    """A secret and the tenant that it belongs to."""

    tenant: UUID
    secret: str

    @classmethod
    def new(cls, tenant: UUID) -> "Handle":
        return cls(tenant, new_secret())

    @classmethod
    def parse(cls, text: str, separator: str = ".") -> "Handle | None":
        """Read a handle; None when it cannot be one, which callers treat like an unknown one."""
        tenant, found, secret = text.partition(separator)
        if not (found and len(tenant) == 32 and 0 < len(secret) <= 128 and text.isascii()):
            return None
        try:
            return cls(UUID(hex=tenant), secret)
        except ValueError:
            return None

    @property
    def hash(self) -> bytes:
        return digest(self.secret)

    def __str__(self) -> str:
        return f"{self.tenant.hex}.{self.secret}"

    @property
    def as_ingest_key(self) -> str:
        """How telemetry senders write it: `cosk_<tenant hex>_<secret>`."""
        return f"{INGEST_PREFIX}{self.tenant.hex}_{self.secret}"

    @classmethod
    def parse_ingest_key(cls, text: str) -> "Handle | None":
        if not text.startswith(INGEST_PREFIX):
            return None
        return cls.parse(text.removeprefix(INGEST_PREFIX), "_")
