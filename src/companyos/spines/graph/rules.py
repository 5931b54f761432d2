"""Bitemporal bookkeeping, and how text is found: pure functions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

V = TypeVar("V")

TITLE_LETTERS = 80
SUFFIX_LETTERS = 40


@dataclass(frozen=True, slots=True)
class Span(Generic[V]):
    """A value that held in `[start, end)`; `end` None is "until further notice"."""

    start: datetime
    end: datetime | None
    value: V


@dataclass(frozen=True, slots=True)
class Known(Generic[V]):
    """A Span that is believed at present, and the row that says so."""

    row: UUID
    span: Span[V]


@dataclass(frozen=True, slots=True)
class Splice(Generic[V]):
    """How belief changes: rows that are no longer believed, spans that are believed from now on."""

    close: tuple[UUID, ...] = ()
    add: tuple[Span[V], ...] = ()


def splice(history: Sequence[Known[V]], at: datetime, value: V | None) -> Splice[V]:
    """Learn that from `at` on `value` holds (None: nothing holds), until the next change already known.

    `history` is what is believed: spans that do not overlap, in any order. News may come in any order, too: an
    older change never overwrites a later one. Nothing changes when the value held already.
    Source: the sequenced update of R. Snodgrass, Developing Time-Oriented Database Applications in SQL, §7.
    """
    over = next((k for k in history if _covers(k.span, at)), None)
    if over is None:
        if value is None:
            return Splice()
        later = [k.span.start for k in history if k.span.start > at]
        return Splice(add=(Span(at, min(later, default=None), value),))
    if over.span.value == value:
        return Splice()
    kept = Span(over.span.start, at, over.span.value)
    new = [Span(at, over.span.end, value)] if value is not None else []
    before = [kept] if kept.start < at else []
    return Splice((over.row,), (*before, *new))


def _covers(span: Span[V], at: datetime) -> bool:
    return span.start <= at and (span.end is None or at < span.end)


def normal(text: str) -> str:
    """Text as search compares it: case folded, white space single, control characters gone, 80 letters."""
    return re.sub(r"[\s\x00-\x1f]+", " ", text).strip().casefold()[:TITLE_LETTERS]


def suffixes(texts: Sequence[str]) -> dict[str, int]:
    """Every end of the texts from some letter on, with the place where it begins.

    0: a text begins there, 1: a word, 2: the inside of a word. A part of a text is a prefix of one of these, so
    an ordinary index finds it; and one that row-level security lets be used, which `LIKE` is not.
    """
    found: dict[str, int] = {}
    for text in map(normal, texts):
        for i, letter in enumerate(text):
            if letter == " ":
                continue
            place = 0 if i == 0 else 1 if not text[i - 1].isalnum() else 2
            suffix = text[i : i + SUFFIX_LETTERS]
            found[suffix] = min(place, found.get(suffix, place))
    return found


def after_prefix(prefix: str) -> str:
    """The least text, by code points, that is greater than every text with this prefix."""
    for i in range(len(prefix) - 1, -1, -1):
        letter = ord(prefix[i])
        if letter < 0x10FFFF:
            # The surrogates are no characters of UTF-8: step over them.
            return prefix[:i] + chr(0xE000 if letter + 1 == 0xD800 else letter + 1)
    return chr(0x10FFFF) * (SUFFIX_LETTERS + 1)
