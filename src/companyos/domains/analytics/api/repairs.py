"""Repairs of dead letters over HTTP."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response

from companyos.kernel.http import Page, SliceDep, WorkDep, say_once
from companyos.kernel.work import Work

from ..rules.letters import Selection
from ..service import repairs
from ..service.letters import bounded
from ..wire.repairs import (
    RepairIn,
    RepairOut,
    RepairReadOut,
    RepairReceipt,
    RepairTrialIn,
    RepairTrialOut,
    ReplayIn,
    operations_of,
    repair_out,
    repair_read,
    selection_of,
    trial_out,
)

router = APIRouter(prefix="/analytics/repairs", tags=["analytics"])


@router.post("/trials")
async def try_repair(work: WorkDep, response: Response, body: RepairTrialIn) -> RepairTrialOut:
    """How many of the letters that wait operations would recover, and what would still fail; nothing is written."""
    say_once(response)  # it shows letters, of which no copy is kept: erasure would not find it
    return trial_out(await repairs.try_repair(work, _selection(work, body), operations_of(body)))


@router.get("")
async def list_repairs(work: WorkDep, slice: SliceDep) -> Page[RepairOut]:
    """Repairs of this environment, newest first."""
    after = slice.start(datetime.fromisoformat, UUID)
    found = await repairs.list_repairs(work, (after[0], after[1]) if after else None, slice.limit)
    rows, following = slice.page(found, lambda one: (one.proposed_at.isoformat(), one.id))
    return Page(items=[repair_out(one) for one in rows], next=following)


@router.post("", status_code=201)
async def propose_repair(work: WorkDep, response: Response, body: RepairIn) -> RepairReadOut:
    """Keep a repair that recovers something, to be replayed."""
    say_once(response)  # it shows letters, of which no copy is kept: erasure would not find it
    return repair_read(*await repairs.propose(work, body.title, _selection(work, body), operations_of(body)))


@router.get("/{repair}")
async def get_repair(work: WorkDep, response: Response, repair: UUID) -> RepairReadOut:
    """One repair; while it waits, with what it would do now."""
    say_once(response)  # it shows letters, of which no copy is frozen
    return repair_read(*await repairs.get_repair(work, repair))


@router.delete("/{repair}", status_code=204)
async def discard_repair(work: WorkDep, repair: UUID) -> None:
    """Forget a repair that was not replayed."""
    await repairs.discard(work, repair)


@router.post("/{repair}/replay", status_code=201)
async def replay_repair(work: WorkDep, repair: UUID, body: ReplayIn) -> RepairReceipt:
    """Mend the letters of a repair and take them in again, each exactly once, as the preflight showed."""
    ordered, evidence = await repairs.replay(work, repair, reason=body.reason, confirmed=body.plan_hash)
    return RepairReceipt(repair=repair_out(ordered), evidence_id=evidence)


def _selection(work: Work, body: RepairTrialIn) -> Selection:
    return selection_of(body.selection, *bounded(work, body.selection.since, body.selection.until))
