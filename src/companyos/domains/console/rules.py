"""Decisions of the console: how a search and a range are read, and in which order things are shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches

from companyos.kernel.problems import Invalid

INTENTS: Mapping[str, tuple[str, ...]] = {
    "svc": ("operations.service",),
    "inc": ("operations.incident",),
    "deploy": ("operations.deployment",),
    "tenant": ("identity.tenant",),
}
"""What `:word` looks for."""

DO = "do"
"""`:do` looks for what the person may do."""

_INTENT = re.compile(r":(\w*)(?:\s+(.*))?", re.DOTALL)
_RANGE = re.compile(r"(?:now-)?(\d{1,4})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class Search:
    """A search as it was meant: words, and either the entity types they are looked for in (empty: all) or actions."""

    words: str
    types: tuple[str, ...] = ()
    actions: bool = False


def read_search(q: str) -> Search:
    """Read `:svc checkout`, `:do roll back` or plain words. Raises Invalid for an intent that is not known."""
    said = " ".join(q.split())
    match = _INTENT.fullmatch(said)
    if match is None:
        return Search(said)
    word, rest = match[1], match[2] or ""
    if word == DO:
        return Search(rest, actions=True)
    if word in INTENTS:
        return Search(rest, INTENTS[word])
    known = [*INTENTS, DO]
    close = get_close_matches(word, known, n=1)
    like = f"Did you mean :{close[0]}? " if close else ""
    fix = f"{like}Use one of {', '.join(':' + w for w in known)}, or plain words."
    raise Invalid.at("query q", f"There is no intent :{word}.", fix)


def read_range(text: str, longest: timedelta) -> timedelta:
    """Read `now-24h` (minutes, hours, days, weeks). Raises Invalid when it is something else or too long."""
    match = _RANGE.fullmatch(text)
    span = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else timedelta()
    if not timedelta() < span <= longest:
        fix = f"Write it as now-24h, with m, h, d or w, up to now-{longest.days}d."
        raise Invalid.at("query range", f"{text!r} is not a range that can be shown.", fix)
    return span


def matches(words: str, *texts: str) -> bool:
    """Whether every word occurs in one of the texts, regardless of case."""
    lowered = [text.lower() for text in texts]
    return all(any(word in text for text in lowered) for word in words.lower().split())
