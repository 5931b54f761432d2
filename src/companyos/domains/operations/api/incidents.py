"""Incidents over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from companyos.kernel.http import IfMatch, SliceDep, WorkDep, set_etag

from ..public.types import IncidentStatus
from ..service import incidents
from ..service.incidents import Told
from ..wire.incidents import (
    EntryOut,
    IncidentChange,
    IncidentDetailOut,
    IncidentIn,
    IncidentsPage,
    NoteIn,
    StepIn,
    changes,
    described,
    detail_out,
    incident_out,
)
from ..wire.text import PLAIN

router = APIRouter(prefix="/incidents", tags=["incidents"])

InState = Annotated[IncidentStatus | None, Query(description="Only in this state.")]
OfService = Annotated[str, Query(max_length=63, pattern=PLAIN, description="Only with this service linked.")]
Active = Annotated[bool | None, Query(description="true: not resolved; false: resolved.")]


@router.get("")
async def list_incidents(
    work: WorkDep, slice: SliceDep, status: InState = None, service: OfService = "", active: Active = None
) -> IncidentsPage:
    """Incidents of the session's environment, newest first."""
    found = await incidents.list_incidents(
        work,
        status=status or "",
        service=service,
        active=active,
        after=slice.start(datetime.fromisoformat, UUID),
        limit=slice.limit + 1,
    )
    rows, next_ = slice.page(found, lambda i: (i.opened_at.isoformat(), i.id))
    return IncidentsPage(items=[incident_out(i) for i in rows], next=next_)


@router.post("", status_code=201)
async def open_incident(work: WorkDep, body: IncidentIn, response: Response) -> IncidentDetailOut:
    """Say that something is wrong."""
    return _answer(await incidents.open_incident(work, described(body), text=body.text), response)


@router.get("/{incident}")
async def get_incident(work: WorkDep, incident: UUID, response: Response) -> IncidentDetailOut:
    """One incident with its timeline."""
    return _answer(await incidents.get_incident(work, incident), response)


@router.patch("/{incident}")
async def change_incident(
    work: WorkDep, incident: UUID, body: IncidentChange, if_match: IfMatch, response: Response
) -> IncidentDetailOut:
    """Change title, severity, owner, or what is linked."""
    return _answer(await incidents.change(work, incident, changes(body), if_match=if_match), response)


@router.post("/{incident}/acknowledge")
async def acknowledge_incident(
    work: WorkDep, incident: UUID, body: StepIn, response: Response
) -> IncidentDetailOut:
    """Take an incident on; without an owner it is yours."""
    return _answer(await incidents.step(work, incident, "acknowledged", text=body.text), response)


@router.post("/{incident}/mitigate")
async def mitigate_incident(
    work: WorkDep, incident: UUID, body: StepIn, response: Response
) -> IncidentDetailOut:
    """Say that the harm has stopped."""
    return _answer(await incidents.step(work, incident, "mitigated", text=body.text), response)


@router.post("/{incident}/resolve")
async def resolve_incident(
    work: WorkDep, incident: UUID, body: StepIn, response: Response
) -> IncidentDetailOut:
    """Say that it is over."""
    return _answer(await incidents.step(work, incident, "resolved", text=body.text), response)


@router.post("/{incident}/notes", status_code=201)
async def note_incident(work: WorkDep, incident: UUID, body: NoteIn) -> EntryOut:
    """Write into the timeline."""
    return EntryOut.model_validate(await incidents.note(work, incident, body.text))


def _answer(told: Told, response: Response) -> IncidentDetailOut:
    set_etag(response, told.incident.version)
    return detail_out(told)
