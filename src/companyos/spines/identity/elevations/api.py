"""HTTP of elevations."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from companyos.kernel.http import SliceDep, WorkDep
from companyos.kernel.work import Work

from ..store.elevations import ElevationRequest
from . import asking, breaking, deciding, ending, holding, spanning
from .wire import (
    ApproveIn,
    AskIn,
    BreakGlassIn,
    ElevationNoteIn,
    ElevationOut,
    ElevationsPage,
    GrantSpanIn,
    ReviewIn,
    elevation_out,
)

router = APIRouter(prefix="/elevations", tags=["elevation"])

Mine = Annotated[bool, Query(description="Only what the caller asked for.")]
InState = Annotated[
    list[Literal["requested", "approved", "denied", "withdrawn", "expired", "used", "revoked", "void"]]
    | None,
    Query(max_length=8, description="Only in one of these states."),
]
Unreviewed = Annotated[bool, Query(description="Only broken glass that waits for its review.")]


@router.get("")
async def list_elevations(
    work: WorkDep, slice: SliceDep, mine: Mine = False, state: InState = None, unreviewed: Unreviewed = False
) -> ElevationsPage:
    """One's own elevations and, for who may see them, everybody's; newest first."""
    found = await deciding.page(
        work,
        mine=mine,
        states=state or (),
        unreviewed=unreviewed,
        after=slice.start(datetime.fromisoformat, UUID),
        limit=slice.limit,
    )
    rows, next_ = slice.page(found, lambda e: (e.requested_at.isoformat(), e.id))
    return ElevationsPage(items=[_out(work, row) for row in rows], next=next_)


@router.post("", status_code=201)
async def request_elevation(work: WorkDep, body: AskIn) -> ElevationOut:
    """Ask for a role for a time, or for exactly one act."""
    return _out(work, await asking.request(work, body))


@router.post("/break-glass", status_code=201)
async def break_glass(work: WorkDep, body: BreakGlassIn) -> ElevationOut:
    """Take a role at once; everybody who should know is told, and somebody else has to review it."""
    made = await breaking.break_glass(
        work, role=body.role, minutes=body.minutes, reason=body.reason, plan_hash=body.plan_hash
    )
    return _out(work, made)


@router.post("/spans", status_code=201)
async def grant_span(work: WorkDep, body: GrantSpanIn) -> ElevationOut:
    """Let somebody outside the tenant see its totals for a time."""
    made = await spanning.grant(
        work, email=body.email, minutes=body.minutes, reason=body.reason, plan_hash=body.plan_hash
    )
    return _out(work, made)


@router.get("/{id}")
async def get_elevation(work: WorkDep, id: UUID) -> ElevationOut:
    """One elevation."""
    return _out(work, await deciding.one(work, id))


@router.post("/{id}/approve")
async def approve_elevation(work: WorkDep, id: UUID, body: ApproveIn) -> ElevationOut:
    """Say yes; the time starts now."""
    return _out(work, await deciding.approve(work, id, plan_hash=body.plan_hash, note=body.note))


@router.post("/{id}/deny")
async def deny_elevation(work: WorkDep, id: UUID, body: ElevationNoteIn) -> ElevationOut:
    """Say no, and why."""
    return _out(work, await deciding.deny(work, id, note=body.note))


@router.post("/{id}/withdraw")
async def withdraw_elevation(work: WorkDep, id: UUID) -> ElevationOut:
    """Take one's own request back."""
    return _out(work, await ending.withdraw(work, id))


@router.post("/{id}/revoke")
async def revoke_elevation(work: WorkDep, id: UUID, body: ElevationNoteIn) -> ElevationOut:
    """End it now, in every open tab."""
    return _out(work, await ending.revoke(work, id, reason=body.note))


@router.post("/{id}/extend")
async def extend_elevation(work: WorkDep, id: UUID) -> ElevationOut:
    """Let one's own elevation hold as long again from now; takes a fresh second factor."""
    return _out(work, await holding.extend(work, id))


@router.post("/{id}/review")
async def review_elevation(work: WorkDep, id: UUID, body: ReviewIn) -> ElevationOut:
    """Say whether the glass was rightly broken."""
    return _out(work, await breaking.review(work, id, verdict=body.verdict, note=body.note))


def _out(work: Work, asked: ElevationRequest) -> ElevationOut:
    return elevation_out(asked, work.actor.id)
