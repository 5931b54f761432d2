"""Secrets never stand in a plan: a literal that looks to be one is refused when the plan is read."""

import math
import re
from collections import Counter
from typing import Any

from .values import PLACEHOLDER

PREFIX = "secret:"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_TELLING = re.compile(
    r"(^|[_-])(secret|secrets|password|passwd|passphrase|token|api_?key|access_?key|private_?key|credentials?)$"
)
_KNOWN = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\b(whsec_|cosk_|sk_live_|sk-|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|AKIA|ASIA)"
    r"[A-Za-z0-9+/_=-]{8,}|\beyJ[\w-]{10,}\.[\w-]{10,}\.|\b[Bb]earer\s+[\w.~+/-]{12,}|://[^/\s:@]+:[^/\s@]+@"
)
_DENSE = re.compile(r"[A-Za-z0-9+/_=-]{32,}")
_PLAIN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{40}|[0-9a-f]{64}")  # ids and hashes
DENSE_BITS = 4.3


def is_reference(value: Any) -> bool:
    """Whether a value is `secret:name`."""
    return isinstance(value, str) and value.startswith(PREFIX) and bool(_NAME.fullmatch(value[len(PREFIX) :]))


def looks_secret(key: str, value: Any) -> bool:
    """Whether a literal under this key looks to be a secret: by the key, by a known form, or by how dense it is."""
    if not isinstance(value, str) or not value or is_reference(value) or PLACEHOLDER.fullmatch(value):
        return False
    if _TELLING.search(key.lower()) or _KNOWN.search(value):
        return True
    return any(not _PLAIN.fullmatch(m[0]) and _entropy(m[0]) >= DENSE_BITS for m in _DENSE.finditer(value))


def _entropy(text: str) -> float:
    """Bits per character (Shannon 1948) of a text taken as a source of its own letters."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())
