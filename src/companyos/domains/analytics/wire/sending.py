"""HTTP shapes of events that signed-in people send."""

from typing import Any

from pydantic import Field

from companyos.kernel.http import Wire

EVENT: dict[str, Any] = {
    "id": "019ac0de-0000-7000-8000-000000000004",
    "event": "companyos.page_viewed",
    "at": "2026-11-22T10:15:00Z",
    "feature": "services",
    "session_id": "5e55-10",
    "props": {"path": "/services/:name"},
}


class EventsIn(Wire):
    """A batch of events of the person who is signed in."""

    events: list[dict[str, Any]] = Field(
        description="Envelopes, as the schema companyos.envelope says. Person, role, tenant, environment, region and "
        "consent are those of the token, whatever an event says.",
        examples=[[EVENT]],
    )


class EventReasonOut(Wire):
    """Why an event was refused."""

    pointer: str = Field(description="Where in the event (JSON pointer).", examples=["/props/path"])
    code: str = Field(examples=["missing_consent"])
    sentence: str
    fix: str = Field(description="What to do; empty when nothing helps.")


class EventVerdictOut(Wire):
    """What became of one event. The same id again is accepted, and kept once."""

    id: str
    accepted: bool
    reason: EventReasonOut | None = Field(default=None, description="Absent when it was accepted.")


class VerdictsOut(Wire):
    """A verdict for each event of the batch, in their order."""

    accepted: int
    refused: int
    verdicts: list[EventVerdictOut]
