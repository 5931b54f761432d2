"""Each tenant's key for pseudonyms, out of the house's key ring.

The ring signs and never hands out a key, so the key is derived from a signature: Ed25519 is deterministic (RFC 8032
§5.1.6), and HKDF-SHA-256 (RFC 5869) makes a key of it. Each tenant has a use of its own in the ring, so that
destroying that key makes a tenant's pseudonyms impossible to compute again, and no other's.
"""

import time
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from companyos.kernel.ports.keys import KeyRing

from .rules.pseudonyms import Pseudonyms

SOURCE = b"companyos pseudonyms of people, version 1"
LOOK_AGAIN_SECONDS = 10.0


def use_of(tenant: UUID) -> str:
    """The key ring's use of a tenant's key."""
    return f"pseudonyms-{tenant}"


class PseudonymKeys:
    """The pseudonyms of each tenant. A key that was destroyed is noticed within ten seconds."""

    def __init__(self, ring: KeyRing, *, remembered: int):
        self._ring, self._remembered = ring, remembered
        self._known: dict[UUID, tuple[float, Pseudonyms]] = {}

    async def of(self, tenant: UUID) -> Pseudonyms:
        """The tenant's pseudonyms. Raises OSError when the key ring cannot be read or written."""
        known = self._known.get(tenant)
        if known and time.monotonic() - known[0] < LOOK_AGAIN_SECONDS:
            return known[1]
        signature = await self._ring.sign(use_of(tenant), "EdDSA", SOURCE)
        key = HKDF(SHA256(), 32, salt=None, info=str(tenant).encode()).derive(signature.value)
        same = known is not None and known[1].key == key
        found = known[1] if known and same else Pseudonyms(key, remembered=self._remembered)
        self._known[tenant] = (time.monotonic(), found)
        return found
