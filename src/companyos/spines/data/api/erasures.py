"""Erasures over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from companyos.kernel.http import Page, SliceDep, WorkDep

from ..service import erasing
from ..wire.erasures import (
    CarryOutErasureIn,
    ErasureDetailOut,
    ErasureIn,
    ErasureOut,
    SubjectPlaceOut,
    erasure_detail,
    erasure_out,
)

router = APIRouter(prefix="/erasures", tags=["erasures"])


@router.get("")
async def list_erasures(work: WorkDep, slice: SliceDep) -> Page[ErasureOut]:
    """Who was asked to be forgotten, newest first; no name, no id, only a fingerprint of each."""
    rows, following = slice.page(await erasing.page(work, slice), lambda one: (one.requested_at, one.id))
    return Page(items=[erasure_out(one) for one in rows], next=following)


@router.post("", status_code=201)
async def request_erasure(work: WorkDep, body: ErasureIn) -> ErasureOut:
    """Ask that a person be forgotten. Nothing is erased before somebody else carries it out."""
    return erasure_out(await erasing.request(work, body.user_id, reference=body.reference))


@router.get("/places")
async def list_subject_places(work: WorkDep) -> Page[SubjectPlaceOut]:
    """Every place that holds anything about people, in the order in which it is erased."""
    return Page(items=[SubjectPlaceOut.model_validate(one) for one in await erasing.lineage(work)])


@router.get("/{id}")
async def get_erasure(work: WorkDep, id: UUID) -> ErasureDetailOut:
    """One erasure with what each place said."""
    return erasure_detail(*await erasing.one(work, id))


@router.post("/{id}/withdraw")
async def withdraw_erasure(work: WorkDep, id: UUID) -> ErasureOut:
    """Take a request back."""
    return erasure_out(await erasing.withdraw(work, id))


@router.post("/{id}/carry-out")
async def carry_out_erasure(work: WorkDep, id: UUID, body: CarryOutErasureIn) -> ErasureOut:
    """Erase what the preflight showed: unreadable from now on, certified when every place was proved to be empty."""
    begun = await erasing.carry_out(work, id, reason=body.reason, plan_hash_seen=body.plan_hash)
    return erasure_out(begun)
