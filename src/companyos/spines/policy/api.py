"""HTTP entrance of policy."""

from fastapi import APIRouter

from companyos.kernel.entities import EntityRef
from companyos.kernel.http import Page, SliceDep, WorkDep
from companyos.kernel.problems import Invalid
from companyos.kernel.wire import DecisionOut

from . import preflights, service
from .policy_set import Policy
from .roles import TITLES
from .sets import api as sets
from .wire import (
    CheckIn,
    DecisionsIn,
    DecisionsOut,
    PolicyOut,
    PolicyVersionOut,
    WayOut,
    WhyOut,
)

router = APIRouter(tags=["policy"])
router.include_router(preflights.router)
router.include_router(sets.router)


@router.get("/policies")
async def list_policies(work: WorkDep, slice_: SliceDep) -> Page[PolicyOut]:
    """The policies in force, by id."""
    found = await service.in_force(work)
    start = slice_.start(str)
    rows = [found.policies[id_] for id_ in sorted(found.policies) if start is None or id_ > start[0]]
    kept, following = slice_.page(rows[: slice_.limit + 1], lambda p: (p.id,))
    return Page(items=[_policy_out(p) for p in kept], next=following)


@router.get("/policies/version")
async def get_policy_version(work: WorkDep) -> PolicyVersionOut:
    """Which policy set decides now, and the roles it knows."""
    found = await service.in_force(work)
    return PolicyVersionOut(
        version=found.version, policies=len(found.policies), actions=len(found.actions), roles=dict(TITLES)
    )


@router.get("/policies/{id}")
async def get_policy(id: str, work: WorkDep) -> PolicyOut:
    """One policy with its source."""
    return _policy_out(await service.one(work, id))


@router.post("/decisions")
async def decide(body: DecisionsIn, work: WorkDep) -> DecisionsOut:
    """What I may do: one answer for each check, with reasons, remedies and the smallest change that would help."""
    checks = [(check.action, _ref(f"/checks/{place}", check)) for place, check in enumerate(body.checks)]
    decisions = await service.decide_all(work, checks)
    return DecisionsOut(items=[DecisionOut.model_validate(d) for d in decisions])


@router.post("/decisions/why")
async def explain_decision(body: CheckIn, work: WorkDep) -> WhyOut:
    """Why I may or may not, and every smallest set of changes with which I might: each was tried."""
    decision, found = await service.why(work, body.action, _ref("", body))
    ways = [WayOut.model_validate({"changes": way}) for way in found.ways]
    return WhyOut(decision=DecisionOut.model_validate(decision), ways=ways, complete=found.complete)


def _ref(where: str, check: CheckIn) -> EntityRef | None:
    """The entity of a check; None for the current tenant."""
    if check.id:
        return EntityRef(check.type, check.id)
    if check.type != "identity.tenant":
        raise Invalid.at(f"{where}/id", f"Which {check.type}? The id is missing.", "Give its id.")
    return None


def _policy_out(policy: Policy) -> PolicyOut:
    return PolicyOut(
        id=policy.id,
        domain=policy.domain,
        effect=policy.effect,
        action="every action" if policy.actions is None else ", ".join(policy.actions),
        reason=policy.reason,
        remedy=policy.remedy,
        source=policy.source,
        file=policy.file,
        line=policy.line,
    )
