"""Pseudonyms of people: the same person is the same text within a tenant, and nobody without the key can tell who."""

import hmac

BITS = 128
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
_SHIFTS = range(BITS - 8, -1, -10)
"""26 characters hold 130 bits: two zeros are added at the end, and ten bits at a time are a pair (many times as fast as
the standard library's base32)."""


class Pseudonyms:
    """Pseudonyms under one tenant's key; the last `remembered` ones are not computed again."""

    def __init__(self, key: bytes, *, remembered: int):
        self.key, self._remembered = key, remembered
        self._known: dict[str, str] = {}

    def of(self, user_id: str) -> str:
        """HMAC-SHA-256 (RFC 2104) of the id, the first 128 bits in base32 (RFC 4648): 26 characters a–z, 2–7."""
        known = self._known.get(user_id)
        if known is None:
            digest = hmac.digest(self.key, user_id.encode(), "sha256")[: BITS // 8]
            bits = int.from_bytes(digest, "big") << 2
            known = "".join([_PAIRS[bits >> shift & 1023] for shift in _SHIFTS])
            if len(self._known) >= self._remembered:
                self._known.clear()
            if self._remembered:
                self._known[user_id] = known
        return known
