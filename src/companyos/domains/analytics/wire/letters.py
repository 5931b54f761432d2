"""HTTP shapes of conformance, dead letters and what has just arrived."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from companyos.kernel.http import Wire

from ..rules.letters import Letter
from ..service.conformance import Arrival
from ..service.letters import Kept, Which
from ..store.conformance import Conformance
from .text import PLAIN, When

Since = Annotated[When | None, Query(description="What came at or after this time; as far back as is kept.")]
Until = Annotated[When | None, Query(description="What came before this time; until now.")]
Producer = Annotated[
    str, Query(max_length=200, pattern=PLAIN, description="Only of this service account.", examples=["shop"])
]
EventName = Annotated[
    str,
    Query(
        max_length=200, pattern=PLAIN, description="Only events of this name.", examples=["shop.order_placed"]
    ),
]
ReasonCode = Annotated[
    str,
    Query(
        max_length=60, pattern=PLAIN, description="Only refused for this reason.", examples=["unknown_field"]
    ),
]
Place = Annotated[
    str,
    Query(
        max_length=500, pattern=PLAIN, description="Only refused for this place.", examples=["/props/amount"]
    ),
]
State = Annotated[Which, Query(description="Letters that wait, those a repair has taken, or all.")]


class CodeOut(Wire):
    """How often events were refused for one reason, and how many of these were repaired since."""

    code: str = Field(examples=["unknown_field"])
    refused: int
    repaired: int


class ConformanceOut(Wire):
    """One producer and kind of event; the trends have a number for each of `slots` equal stretches of time."""

    producer: str = Field(description="The service account that sends.", examples=["shop"])
    event: str = Field(description="Empty when it could not be read.", examples=["shop.order_placed"])
    accepted: int
    refused: int
    repaired: int
    reasons: list[CodeOut]
    accepted_trend: list[int]
    refused_trend: list[int]
    last_accepted_at: datetime | None
    last_refused_at: datetime | None


class ConformancesOut(Wire):
    """Every producer and kind of event of a stretch of time, worst first."""

    since: datetime
    until: datetime
    slots: int
    accepted: int
    refused: int
    repaired: int
    items: list[ConformanceOut]


class DeadLetterOut(Wire):
    """A refused event: when it came, from whom, and why it was refused."""

    letter: str = Field(description="Its own id.", examples=["019ac0de-0000-7000-8000-000000000009"])
    at: datetime = Field(description="When it came.")
    producer: str
    id: str = Field(description="The event's id; empty when it has none.")
    event: str
    schema_version: str
    code: str = Field(examples=["unknown_field"])
    pointer: str = Field(examples=["/props/amuont"])
    sentence: str
    fix: str
    outcome: str = Field(description="waiting, ordered, replayed or repeated.", examples=["waiting"])
    repair: UUID | None = Field(description="The repair that has taken it.")


class DeadLetterReadOut(DeadLetterOut):
    """A refused event with what is kept of its text; empty when only that it came may be kept."""

    raw: str


class ArrivalOut(Wire):
    """An event that came in, with its verdict. Of an accepted one no values are shown, only which `props` it has."""

    id: str
    event: str
    schema_version: str
    producer: str
    at: datetime = Field(description="When it happened; of a refused one when it came.")
    received_at: datetime
    feature: str
    fields: list[str] = Field(examples=[["path", "duration_ms"]])
    accepted: bool
    letter: str | None = Field(description="The dead letter, when it was refused.")
    code: str
    pointer: str
    sentence: str
    fix: str


class ArrivalsOut(Wire):
    """What came in lately, newest first. `refused_hidden` says that the reader may not see refused ones."""

    items: list[ArrivalOut]
    refused_hidden: bool


def conformance_out(one: Conformance) -> ConformanceOut:
    """One producer and kind of event."""
    return ConformanceOut.model_validate(one)


def letter_out(kept: Kept) -> DeadLetterOut:
    """A letter as lists show it."""
    return DeadLetterOut(**_said(kept.letter), outcome=kept.outcome, repair=kept.repair)


def letter_read(kept: Kept) -> DeadLetterReadOut:
    """A letter with its text."""
    return DeadLetterReadOut(**letter_out(kept).model_dump(), raw=kept.letter.raw)


def arrival_out(one: Arrival) -> ArrivalOut:
    """An event that came in."""
    kept = one.letter
    return ArrivalOut(
        **{name: getattr(one, name) for name in ("id", "event", "schema_version", "producer", "feature")},
        at=one.at,
        received_at=one.received_at,
        fields=list(one.fields),
        accepted=kept is None,
        letter=kept.letter if kept else None,
        **{name: getattr(kept, name, "") for name in ("code", "pointer", "sentence", "fix")},
    )


def _said(one: Letter) -> dict[str, object]:
    return {
        name: getattr(one, name) for name in DeadLetterOut.model_fields if name not in ("outcome", "repair")
    }
