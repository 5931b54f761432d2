"""Dead letters as people and repairs see them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """A refused event: when it came, from whom, why it was refused; `raw` is what of its text may be kept."""

    letter: str
    at: datetime
    environment: str
    producer: str
    id: str
    event: str
    schema_version: str
    code: str
    pointer: str
    sentence: str
    fix: str
    raw: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Which letters: those that came in `[since, until)`; an empty text asks for nothing."""

    since: datetime
    until: datetime
    producer: str = ""
    event: str = ""
    code: str = ""
    pointer: str = ""
