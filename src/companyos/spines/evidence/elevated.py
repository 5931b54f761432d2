"""Acts that somebody could do only because of an elevation: which one it was."""

from uuid import UUID

from companyos.kernel.decision import Decision
from companyos.kernel.elevation import Elevation
from companyos.kernel.work import Work
from companyos.spines.policy.answer import replay
from companyos.spines.policy.gate import PolicyGate
from companyos.spines.policy.names import uid
from companyos.spines.policy.policy_set import PolicySet


async def stood_on(work: Work, decision: Decision) -> Elevation | None:
    """The elevation without which the answer would have been no; None when it needed none.

    One for an act says so itself. Whether an elevated role was needed is asked of the policies again without it.
    """
    if not decision.allowed:
        return None
    if decision.elevation is not None:
        return work.elevation
    gate = work.house.gate
    if not isinstance(gate, PolicyGate) or "principal" not in decision.inputs:
        return None
    roles = [held for held in work.actor.elevations if held.kind == "role"]
    policies = await gate.policies_for(work) if roles else None
    return next(
        (held for held in roles if policies and not _could_without(policies, decision, held.role)), None
    )


def title(work: Work, record: UUID) -> str:
    """What a pack is called that nobody asked for: what the manifest calls the act."""
    actions = [entry.action for entry in work.records if entry.id == record]
    events = {event.name: event.title for part in work.house.parts for event in part.audit}
    return next((events.get(action, action) for action in actions), "An elevated act")


def _could_without(policies: PolicySet, decision: Decision, role: str) -> bool:
    principal = decision.inputs["principal"]
    parents = [parent for parent in principal["parents"] if parent != uid("Role", role)]
    inputs = {**decision.inputs, "principal": {**principal, "parents": parents}}
    return replay(inputs, policies).allowed
