"""The kernel's Gate: builds the inputs of a decision from a Work and a Resource, and answers."""

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
import structlog

from companyos.kernel.decision import Decision, Reason
from companyos.kernel.entities import Resource
from companyos.kernel.work import MFA, Actor, Work

from .answer import answer, refuse
from .evaluate import Inputs
from .filters.conditions import Condition, both, either
from .filters.rows import RowFilters
from .names import cedar_attrs, ref_uid, uid
from .policy_set import PolicySet, remedy
from .roles import TITLES
from .sets.effective import Effective

_PRINCIPALS = {"person": "Person", "service": "ServiceAccount", "system": "System"}

log = structlog.get_logger(__name__)


class PolicyGate:
    """Decides with the policies of the house, and with those that a tenant added (`effective`)."""

    def __init__(
        self,
        policies: PolicySet,
        *,
        step_up_max_age: int,
        clock_skew: int,
        effective: Effective | None = None,
    ):
        self.policies = policies
        self.effective = effective
        self._step_up_max_age = step_up_max_age
        self._clock_skew = clock_skew
        self._filters = RowFilters()
        self._rows = {rows.reads: rows for part in policies.parts for rows in part.rows}

    @property
    def roles(self) -> Mapping[str, str]:
        return TITLES

    async def policies_for(self, work: Work) -> PolicySet:
        """The policies that decide for a Work: of the house and of its tenant."""
        return await self.effective.of(work) if self.effective else self.policies

    async def inputs(self, work: Work, action: str, on: Resource) -> Inputs:
        """What a decision would be made from. Raises TypeError for attributes that policy cannot read."""
        asked = {"actor": work.actor.ref, "action": action, "resource": str(on.ref)}
        version = (await self.policies_for(work)).version
        return {**asked, "version": version, **self._entities(work, on), "context": self._context(work)}

    async def decide(self, work: Work, action: str, on: Resource, *, plan: str | None = None) -> Decision:
        """One decision. What cannot be put before the policies is a no with the code `policy_error`.

        An elevation is only put before the policies when they say no without it, so that none is used up for
        what somebody may do anyway.
        """
        policies = await self.policies_for(work)
        asked = {
            "actor": work.actor.ref,
            "action": action,
            "resource": str(on.ref),
            "version": policies.version,
        }
        if work.actor.kind == "anonymous":
            return refuse(asked, Reason("sign_in_needed", "Sign in first.", None, remedy("sign_in")))
        try:
            inputs = {**asked, **self._entities(work, on), "context": self._context(work)}
        except TypeError as error:
            log.error("policy cannot read a resource", action=action, resource=str(on.ref), error=str(error))
            sentence = "The resource could not be put before the policies, so the answer is no."
            return refuse(asked, Reason("policy_error", sentence, None, remedy("none")))
        decision = answer(inputs, policies)
        held = next(
            (e for e in work.actor.elevations if not e.spent and e.fits(action, str(on.ref), plan)), None
        )
        if decision.allowed or held is None:
            return decision
        granted = {**inputs, "context": {**inputs["context"], "granted": True}}
        return replace(answer(granted, policies), elevation=held.id)

    async def visible(self, work: Work, action: str) -> Condition:
        """A condition on the rows of an action; elevations for acts on some of them count as in `decide`."""
        rows = self._rows[action]
        if work.actor.kind == "anonymous":
            return sa.false()
        policies, tenant = await self.policies_for(work), str(work.tenant)
        inputs = {"principal": self._principal(work), "context": self._context(work)}
        seen = self._filters.visible(inputs, tenant, policies, rows)
        held = [e for e in work.actor.elevations if not e.spent and e.kind != "role" and e.action == action]
        if not held or isinstance(seen, sa.True_):
            return seen
        granted = {**inputs, "context": {**inputs["context"], "granted": True}}
        named = sa.cast(rows.id, sa.Text).in_([e.resource.partition(":")[2] for e in held])
        return either(seen, both(named, self._filters.visible(granted, tenant, policies, rows)))

    def _principal(self, work: Work) -> Inputs:
        return _principal(work.actor.kind, work.actor.id, work.actor.roles, str(work.tenant))

    def _entities(self, work: Work, on: Resource) -> dict[str, Any]:
        tenant = str(work.tenant)
        # A tenant is its own tenant; a domain may name another tenant than the Work's, which the wall then stops.
        owner = on.ref.id if on.ref.type == "identity.tenant" else tenant
        attrs = {"tenant": {"__entity": uid("Tenant", owner)}, **cedar_attrs(on.attrs)}
        return {
            "principal": self._principal(work),
            "on": {"uid": ref_uid(on.ref), "attrs": attrs, "parents": [ref_uid(p) for p in on.parents]},
        }

    def _context(self, work: Work) -> dict[str, Any]:
        actor = work.actor
        context = {
            "now": int(work.now.timestamp()),
            "environment": work.environment,
            "acr": actor.acr or "",
            "step_up_max_age": self._step_up_max_age,
            "scopes": sorted(actor.scopes),
            "granted": False,
        }
        if (age := self._mfa_age(actor, work)) is not None:
            context["mfa_age"] = age
        return context

    def _mfa_age(self, actor: Actor, work: Work) -> int | None:
        """Seconds since the second factor, rounded up; None without one or when it lies in the future."""
        if actor.acr != MFA or actor.auth_time is None:
            return None
        age = (work.now - actor.auth_time).total_seconds()
        return None if age < -self._clock_skew else max(0, math.ceil(age))


@lru_cache(maxsize=4096)
def _principal(kind: str, id_: str, roles: frozenset[str], tenant: str) -> Inputs:
    parents = [uid("Role", role) for role in sorted(roles)] if kind != "system" else []
    attrs = {"tenant": {"__entity": uid("Tenant", tenant)}}
    return {"uid": uid(_PRINCIPALS[kind], id_), "attrs": attrs, "parents": parents}
