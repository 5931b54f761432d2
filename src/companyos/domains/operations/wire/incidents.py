"""HTTP shapes of incidents."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from companyos.kernel.http import Wire

from ..public.types import EntryKind, Incident, IncidentStatus, Severity
from ..service.incidents import Told
from .text import LongText, Name, Text


class IncidentIn(Wire):
    """Something is wrong in the environment of the caller's session."""

    title: Text = Field(min_length=3, examples=["Card payments fail in the EU"])
    severity: Severity = Field("sev3", description="sev1 is the worst.")
    services: list[Name] = Field(default_factory=list, max_length=100, examples=[["payments-api"]])
    deployments: list[UUID] = Field(default_factory=list, max_length=100)
    owner: Text = Field("", description="Empty: whoever acknowledges it.", examples=["payments"])
    text: LongText = Field("", description="What is seen.", examples=["Error rate at 12 % since 09:40."])


class IncidentChange(Wire):
    """What to change; a field that is left out stays as it is."""

    title: Text | None = Field(None, min_length=3)
    severity: Severity | None = None
    services: list[Name] | None = Field(None, max_length=100)
    deployments: list[UUID] | None = Field(None, max_length=100)
    owner: Text | None = None


class StepIn(Wire):
    """A word on what was done."""

    text: LongText = Field("", examples=["Rolled back to 1.4.1; errors are falling."])


class NoteIn(Wire):
    """A note for the timeline."""

    text: LongText = Field(min_length=1, examples=["Calling the card processor."])


class EntryOut(Wire):
    """One line of the timeline."""

    id: UUID
    at: AwareDatetime
    actor: str = Field(examples=["Jo Doe"])
    kind: EntryKind
    text: str


class IncidentOut(Wire):
    """An incident, without its timeline."""

    id: UUID
    title: str = Field(examples=["Card payments fail in the EU"])
    severity: Severity
    status: IncidentStatus
    environment: str = Field(examples=["prod"])
    services: list[str] = Field(examples=[["payments-api"]])
    deployments: list[UUID]
    owner: str = Field(examples=["payments"])
    opened_at: AwareDatetime
    acknowledged_at: AwareDatetime | None
    mitigated_at: AwareDatetime | None
    resolved_at: AwareDatetime | None
    demo: bool
    version: int = Field(description="Counts changes; the ETag.", examples=[2])


class IncidentDetailOut(IncidentOut):
    """An incident with its timeline, oldest first."""

    timeline: list[EntryOut]


class IncidentsPage(Wire):
    """A page of incidents, newest first."""

    items: list[IncidentOut]
    next: str | None = Field(default=None, description="Cursor of the next page; null on the last page.")


def incident_out(one: Incident) -> IncidentOut:
    return IncidentOut.model_validate(one)


def detail_out(told: Told) -> IncidentDetailOut:
    return IncidentDetailOut(
        **incident_out(told.incident).model_dump(),
        timeline=[EntryOut.model_validate(entry) for entry in told.timeline],
    )


def described(said: IncidentIn) -> dict[str, Any]:
    """The fields of an Incident that a request gives."""
    return _tuples(said.model_dump(exclude={"text"}))


def changes(said: IncidentChange) -> dict[str, Any]:
    """Only the fields that were written."""
    written = said.model_dump(exclude_unset=True)
    return _tuples({k: v for k, v in written.items() if v is not None})


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(dict.fromkeys(v)) if isinstance(v, list) else v for k, v in values.items()}
