"""The verbs of policy: show what is in force, and answer what a screen wants to know beforehand."""

from collections.abc import Sequence
from typing import cast

from companyos.kernel.decision import Decision, Reason
from companyos.kernel.domain import LoadEntity
from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.problems import Invalid, NotFound, Unauthenticated
from companyos.kernel.work import Work

from .gate import PolicyGate
from .policy_set import Policy, PolicySet
from .settings import PolicySettings

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
    loaders: dict[str, LoadEntity] = {
        type_: load for part in work.house.parts for type_, load in part.entities.items()
    }
    seen: dict[EntityRef, Resource | None] = {}
    decisions = []
    for place, (action, ref) in enumerate(checks):
        if ref is None:
            on: Resource | None = work.tenancy
        elif ref in seen:
            on = seen[ref]
        elif ref.type not in loaders:
            fix = f"Use one of {', '.join(sorted(loaders))}, or leave type and id out for the tenant."
            raise Invalid.at(
                f"/checks/{place}/type", f"No entity of type {ref.type!r} can be asked about.", fix
            )
        else:
            on = seen[ref] = await _load(work, loaders[ref.type], ref)
        decisions.append(await _decide(work, action, on))
    return decisions


async def _load(work: Work, load: LoadEntity, ref: EntityRef) -> Resource | None:
    try:
        return (await load(work, ref)).resource
    except NotFound:
        return None


async def _decide(work: Work, action: str, on: Resource | None) -> Decision:
    decision = await work.decide(action, on) if on else None
    if decision is None or decision.hidden:
        absent = NotFound()
        version = (await cast(PolicyGate, work.house.gate).policies_for(work)).version
        return Decision(False, action, "", (Reason(absent.code, absent.detail),), version=version)
    return decision
