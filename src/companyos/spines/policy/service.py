"""The verbs of policy: show what is in force, and answer what a screen wants to know beforehand."""

from collections.abc import Sequence
from typing import cast

from companyos.kernel.decision import Decision, Reason
from companyos.kernel.entities import EntityRef
from companyos.kernel.problems import Invalid, NotFound, Unauthenticated
from companyos.kernel.work import Work

from .about import check_type, load_all
from .gate import PolicyGate
from .policy_set import Policy, PolicySet
from .settings import PolicySettings
from .why.telling import Ways, ways

Check = tuple[str, EntityRef | None]
"""An action and the entity it is about; None for the current tenant."""


async def in_force(work: Work) -> PolicySet:
    """The policy set that decides now."""
    await work.permit("policy:policy.read", on=work.tenancy)
    return await cast(PolicyGate, work.house.gate).policies_for(work)


async def one(work: Work, id_: str) -> Policy:
    """One policy. Raises NotFound."""
    found = (await in_force(work)).policies.get(id_)
    if found is None:
        raise NotFound(f"There is no policy {id_!r}.")
    return found


async def decide_all(work: Work, checks: Sequence[Check]) -> list[Decision]:
    """Decide each check for the Work's actor, in order.

    Needs no permission: everybody may know what they themselves may do. An entity that is absent, of another
    tenant, or whose refusal must look like absence all give the same answer.
    """
    if work.actor.kind == "anonymous":
        raise Unauthenticated("Sign in to ask what you may do.")
    limit = work.settings(PolicySettings).max_checks
    if len(checks) > limit:
        raise Invalid.at(
            "/checks", f"{len(checks)} checks in one call.", f"Send at most {limit} in one call."
        )
    gate = cast(PolicyGate, work.house.gate)
    policies = await gate.policies_for(work)
    for place, (action, ref) in enumerate(checks):
        check_type(work, policies, action, ref, f"/checks/{place}")
    places = {ref: f"/checks/{place}" for place, (_, ref) in reversed(list(enumerate(checks))) if ref}
    found = await load_all(work, places)
    on = [found[ref] if ref else work.tenancy for _, ref in checks]
    asked = [(action, one) for (action, _), one in zip(checks, on, strict=True) if one is not None]
    decided = iter(await gate.decide_all(work, asked))
    return [
        _told(action, None if one is None else next(decided), policies.version)
        for (action, _), one in zip(checks, on, strict=True)
    ]


async def why(work: Work, action: str, ref: EntityRef | None) -> tuple[Decision, Ways]:
    """Decide for the Work's actor, and say every smallest set of changes that would turn a no into a yes.

    Needs no permission, as `decide_all`. What may not be known of has no ways, exactly as what is absent.
    """
    if work.actor.kind == "anonymous":
        raise Unauthenticated("Sign in to ask what you may do.")
    policies = await cast(PolicyGate, work.house.gate).policies_for(work)
    check_type(work, policies, action, ref, "")
    on = (await load_all(work, {ref: ""}))[ref] if ref else work.tenancy
    decision = _told(action, await work.decide(action, on) if on else None, policies.version)
    if decision.allowed or "on" not in decision.inputs or decision.reasons[0].code in _FOR_NOBODY:
        return decision, Ways((), True)
    return decision, ways(decision.inputs, policies, most=work.settings(PolicySettings).why_evaluations)


_FOR_NOBODY = ("unknown_action", "policy_error")
"""What no change of the asker's would help."""


def _told(action: str, decision: Decision | None, version: str) -> Decision:
    """What is absent and what is hidden are answered alike."""
    if decision is None or decision.hidden:
        absent = NotFound()
        return Decision(False, action, "", (Reason(absent.code, absent.detail),), version=version)
    return decision
