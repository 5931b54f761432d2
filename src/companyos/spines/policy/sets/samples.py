"""Sample requests: somebody made up asks to do something real."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal, cast

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.problems import Invalid, NotFound
from companyos.kernel.work import MFA, PASSWORD, Actor, Work

from ..about import check_type, load, loaders
from ..evaluate import Inputs
from ..gate import PolicyGate
from ..roles import TITLES
from ..settings import PolicySettings
from ..source import nearest


@dataclass(frozen=True, slots=True)
class Sample:
    """May somebody with these roles do this to that?

    Without `id` it is about the tenant, or about something of `type` with the given attributes that need not
    exist. `mfa_age` is in seconds, None for no second factor.
    """

    action: str
    roles: tuple[str, ...] = ()
    kind: Literal["person", "service"] = "person"
    person: str = "somebody"
    type: str = "identity.tenant"
    id: str = ""
    attrs: dict[str, Any] | None = field(default=None)
    environment: str = ""
    mfa_age: int | None = None


async def inputs_of(work: Work, samples: Sequence[Sample]) -> list[Inputs]:
    """What the samples' decisions are made from. Raises Invalid at the sample that cannot be."""
    limit = work.settings(PolicySettings).max_samples
    if len(samples) > limit:
        raise Invalid.at("/samples", f"{len(samples)} samples in one simulation.", f"Give at most {limit}.")
    return [await _inputs(work, sample, f"/samples/{place}") for place, sample in enumerate(samples)]


async def _inputs(work: Work, sample: Sample, where: str) -> Inputs:
    gate = cast(PolicyGate, work.house.gate)
    known = gate.policies.actions
    if sample.action not in known:
        fix = nearest(sample.action, known, "Name one of the house's actions.")
        raise Invalid.at(f"{where}/action", f"There is no action {sample.action!r}.", fix)
    for place, role in enumerate(sample.roles):
        if role not in TITLES:
            fix = nearest(role, TITLES, f"The roles are {', '.join(TITLES)}.")
            raise Invalid.at(f"{where}/roles/{place}", f"There is no role {role!r}.", fix)
    when = None if sample.mfa_age is None else work.now - timedelta(seconds=sample.mfa_age)
    acr = PASSWORD if when is None else MFA
    actor = Actor(sample.kind, sample.person, sample.person, frozenset(sample.roles), acr=acr, auth_time=when)
    asking = replace(work, actor=actor, environment=sample.environment or work.environment)
    on = await _resource(work, sample, where)
    check_type(work, gate.policies, sample.action, None if on is work.tenancy else on.ref, where)
    try:
        return await gate.inputs(asking, sample.action, on)
    except TypeError as error:
        raise Invalid.at(f"{where}/attrs", f"Policy cannot read this: {error}.") from None


async def _resource(work: Work, sample: Sample, where: str) -> Resource:
    if sample.attrs is not None:
        return Resource(EntityRef(sample.type, sample.id or "sample"), sample.attrs)
    if not sample.id:
        if sample.type != work.tenancy.ref.type:
            raise Invalid.at(
                f"{where}/id", f"Which {sample.type}?", "Give its id, or `attrs` of one made up."
            )
        return work.tenancy
    known = loaders(work)
    if sample.type not in known:
        fix = nearest(sample.type, known, f"Use one of {', '.join(sorted(known))}.")
        raise Invalid.at(f"{where}/type", f"There is no entity type {sample.type!r}.", fix)
    try:
        return await load(work, EntityRef(sample.type, sample.id), where)
    except NotFound as none:
        raise Invalid.at(
            f"{where}/id", none.detail, "Give `attrs` to ask about one that is made up."
        ) from None
