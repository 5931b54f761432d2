"""What a text may have to be: matched by a pattern, or written in a format."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

import msgspec
import re2

from .schema import Format

PATTERN_MEMORY = 1 << 18
"""Bytes that one pattern may take while it is searched for; what needs more is refused."""

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
NATIVE: Mapping[Format, Any] = {"date-time": Instant, "date": date, "uuid": UUID}
"""Formats that the decoder reads by itself. A time has its zone (RFC 3339); a UUID may lack its hyphens."""

EMAIL = re.compile(
    r"[^@\s\x00-\x1f\"(),:;<>\[\\\]]{1,64}@(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
)
"""An address as people write it: RFC 5321's dot-string without quoting; the domain is not looked up."""

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x1f]+")
"""A scheme, a colon, and only characters that RFC 3986 lets stand."""


@lru_cache(512)
def compiled_pattern(pattern: str) -> Any:
    """A pattern, to be searched for in linear time. Raises re2.error."""
    options = re2.Options()
    options.max_mem, options.log_errors = PATTERN_MEMORY, False
    return re2.compile(pattern, options)


def why_unreadable(pattern: str) -> str:
    """Why a pattern cannot be used; "" when it can."""
    try:
        compiled_pattern(pattern)
    except re2.error as error:
        said = error.args[0]
        return said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return ""


def formatted(format: Format) -> Callable[[str], bool]:
    """A test whether a text is written so."""
    if format in NATIVE:
        return _reads(NATIVE[format])
    return {"email": _email, "uri": _uri}[format]


def _reads(kind: Any) -> Callable[[str], bool]:
    def reads(text: str) -> bool:
        try:
            msgspec.convert(text, kind)
        except msgspec.ValidationError:
            return False
        return True

    return reads


def _email(text: str) -> bool:
    return EMAIL.fullmatch(text) is not None and ".." not in text and not text.startswith(".")


def _uri(text: str) -> bool:
    return URI.fullmatch(text) is not None
