"""HTTP entrance of policy sets."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from companyos.kernel.http import Page, SliceDep, WorkDep
from companyos.kernel.work import Work

from . import applying, service
from .proposal import Proposal, State, Version
from .samples import Sample
from .wire import (
    PolicyAppliedOut,
    PolicyApplyIn,
    PolicyProposalDetailOut,
    PolicyProposalIn,
    PolicyProposalOut,
    PolicySetOut,
    PolicySetVersionDetailOut,
    PolicySetVersionOut,
    PolicySimulationIn,
    SimulationOut,
)

router = APIRouter(tags=["policy"])


@router.get("/policies/set")
async def get_policy_set(work: WorkDep) -> PolicySetOut:
    """The tenant's own policies as they are in force."""
    found = await service.current(work)
    house = service.house_of(work).version
    return PolicySetOut(number=found.number, text=found.content, version=found.policies.version, house=house)


@router.get("/policies/versions")
async def list_policy_set_versions(work: WorkDep, slice_: SliceDep) -> Page[PolicySetVersionOut]:
    """What the tenant has applied, newest first."""
    kept, following = slice_.page(await service.versions(work, slice_), lambda v: (v.number,))
    return Page(items=[PolicySetVersionOut(**_version(one)) for one in kept], next=following)


@router.get("/policies/versions/{number}")
async def get_policy_set_version(number: int, work: WorkDep) -> PolicySetVersionDetailOut:
    """One version with what it changed."""
    found, shown = await service.version(work, number)
    told: dict[str, Any] = {"text": found.content, "changes": shown.changes, "diff": shown.diff}
    return PolicySetVersionDetailOut.model_validate(_version(found) | told)


@router.get("/policies/proposals")
async def list_policy_proposals(
    work: WorkDep, slice_: SliceDep, state: Annotated[State | None, Query()] = None
) -> Page[PolicyProposalOut]:
    """Proposals, newest first."""
    kept, following = slice_.page(
        await service.proposals(work, state, slice_), lambda p: (p.at.isoformat(), p.id)
    )
    return Page(items=[PolicyProposalOut(**_proposal(one)) for one in kept], next=following)


@router.post("/policies/proposals", status_code=201)
async def propose_policies(body: PolicyProposalIn, work: WorkDep) -> PolicyProposalDetailOut:
    """Propose other policies for the tenant, or an earlier version of them; what is wrong is told line by line."""
    if body.version is not None:
        made = await service.bring_back(work, body.version, why=body.why)
    else:
        made = await service.propose(work, body.text or "", why=body.why)
    return await _detail(work, made)


@router.get("/policies/proposals/{id}")
async def get_policy_proposal(id: UUID, work: WorkDep) -> PolicyProposalDetailOut:
    """One proposal with what it would change and which recorded decisions it flips."""
    found, shown = await service.proposal(work, id)
    return _detailed(found, shown)


@router.post("/policies/proposals/{id}/withdraw")
async def withdraw_policy_proposal(id: UUID, work: WorkDep) -> PolicyProposalOut:
    """Take a proposal back."""
    return PolicyProposalOut(**_proposal(await service.withdraw(work, id)))


@router.post("/policies/proposals/{id}/apply")
async def apply_policy_proposal(id: UUID, body: PolicyApplyIn, work: WorkDep) -> PolicyAppliedOut:
    """Decide with it from now on. Takes a fresh second factor and the approval of somebody else."""
    done = await applying.apply(work, id, reason=body.reason, hash=body.plan_hash)
    return PolicyAppliedOut.model_validate(done)


@router.post("/policies/simulations")
async def simulate_policies(body: PolicySimulationIn, work: WorkDep) -> SimulationOut:
    """Which decisions would be another: proposed against effective policies. Nothing is changed."""
    samples = [Sample(**one.model_dump() | {"roles": tuple(one.roles)}) for one in body.samples]
    content = await service.content_of(work, body.text, body.proposal, body.version)
    told = await service.simulation(work, content, samples=samples, last=body.last)
    return SimulationOut.model_validate(told)


async def _detail(work: Work, made: Proposal) -> PolicyProposalDetailOut:
    return _detailed(made, await service.shown(work, made.content, made.after, "proposed"))


def _detailed(found: Proposal, shown: service.Shown) -> PolicyProposalDetailOut:
    told = {"text": found.content, "changes": shown.changes, "diff": shown.diff}
    return PolicyProposalDetailOut.model_validate(_proposal(found) | told | {"simulation": found.simulation})


def _proposal(found: Proposal) -> dict[str, Any]:
    return {
        "id": found.id,
        "why": found.why,
        "state": found.state,
        "after": found.after,
        "restores": found.restores,
        "author": found.author,
        "at": found.at,
        "hash": found.hash,
        "flipped": found.simulation["flipped"],
        "applied_as": found.applied_as,
        "ended_at": found.ended_at,
    }


def _version(found: Version) -> dict[str, Any]:
    return {
        "number": found.number,
        "why": found.why,
        "proposal": found.proposal,
        "restores": found.restores,
        "author": found.author,
        "applied_by": found.applied_by,
        "approved_by": found.approved_by,
        "at": found.at,
        "hash": found.own_hash,
        "record_id": found.record,
        "evidence_id": found.evidence,
    }
