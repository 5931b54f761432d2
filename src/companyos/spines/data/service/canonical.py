"""A document as canonical JSON (RFC 8785): the same bytes for the same meaning, so that it can be hashed."""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785

from companyos.kernel.problems import Invalid


def canonical(document: Mapping[str, Any]) -> bytes:
    """The document's canonical JSON. Raises Invalid for what cannot be kept: NaN, NUL, half characters, over 2⁵³."""
    try:
        written = rfc8785.dumps(dict(document))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        sentence = f"The document cannot be written as JSON that everybody reads alike: {error}."
        raise Invalid.at(
            "/document", sentence, "Keep to JSON whose numbers are below 2⁵³ (RFC 7493)."
        ) from None
    if b"\\u0000" in written:
        raise Invalid.at("/document", "The document holds the character NUL.", "Leave it out.")
    return written


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()
