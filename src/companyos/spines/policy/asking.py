"""Who asks, and in which circumstances: what all decisions of one Work have in common."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import structlog

from companyos.kernel.decision import Decision, Reason
from companyos.kernel.entities import Resource
from companyos.kernel.work import MFA, Actor, Work

from .answer import refuse
from .evaluate import Inputs
from .names import cedar_attrs, ref_uid, uid
from .policy_set import PolicySet, remedy

_PRINCIPALS = {"person": "Person", "service": "ServiceAccount", "system": "System"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asking:
    """An actor in a tenant and environment at a moment, before a policy set; `context` as policies read it."""

    actor: Actor
    tenant: str
    context: Inputs
    policies: PolicySet

    @property
    def principal(self) -> Inputs:
        """The actor as Cedar's entity."""
        return _principal(self.actor.kind, self.actor.id, self.actor.roles, self.tenant)

    def inputs(self, action: str, on: Resource) -> Inputs:
        """What a decision would be made from. Raises TypeError for attributes that policy cannot read."""
        return {
            **self._asked(action, on),
            "principal": self.principal,
            "on": self._entity(on),
            "context": self.context,
        }

    def decide(
        self,
        action: str,
        on: Resource,
        plan: str | None,
        answer: Callable[[Inputs, PolicySet], Decision],
    ) -> Decision:
        """One decision, by `answer`. Elevations are put before the policies only when they say no without."""
        if self.actor.kind == "anonymous":
            signing_in = Reason("sign_in_needed", "Sign in first.", None, remedy("sign_in"))
            return refuse(self._asked(action, on), signing_in)
        try:
            inputs = self.inputs(action, on)
        except TypeError as error:
            log.error("policy cannot read a resource", action=action, resource=str(on.ref), error=str(error))
            sentence = "The resource could not be put before the policies, so the answer is no."
            return refuse(self._asked(action, on), Reason("policy_error", sentence, None, remedy("none")))
        decision = answer(inputs, self.policies)
        held = next(
            (e for e in self.actor.elevations if not e.spent and e.fits(action, str(on.ref), plan)), None
        )
        if decision.allowed or held is None:
            return decision
        return replace(answer({**inputs, "context": self.granted}, self.policies), elevation=held.id)

    @property
    def granted(self) -> Inputs:
        """The context with an elevation in it."""
        return {**self.context, "granted": True}

    def _asked(self, action: str, on: Resource) -> dict[str, Any]:
        version = self.policies.version
        return {"actor": self.actor.ref, "action": action, "resource": str(on.ref), "version": version}

    def _entity(self, on: Resource) -> Inputs:
        # A tenant is its own tenant; a domain may name another tenant than the Work's, which the wall then stops.
        owner = on.ref.id if on.ref.type == "identity.tenant" else self.tenant
        attrs = {"tenant": {"__entity": uid("Tenant", owner)}, **cedar_attrs(on.attrs)}
        return {"uid": ref_uid(on.ref), "attrs": attrs, "parents": [ref_uid(p) for p in on.parents]}


def context_of(work: Work, *, step_up_max_age: int, clock_skew: int) -> Inputs:
    """The circumstances of a Work, in the words of the schema's Context. Times are in seconds."""
    actor = work.actor
    context: dict[str, Any] = {
        "now": int(work.now.timestamp()),
        "environment": work.environment,
        "acr": actor.acr or "",
        "step_up_max_age": step_up_max_age,
        "scopes": sorted(actor.scopes),
        "granted": False,
    }
    if (age := _mfa_age(work, clock_skew)) is not None:
        context["mfa_age"] = age
    return context


def _mfa_age(work: Work, clock_skew: int) -> int | None:
    """Seconds since the second factor, rounded up; None without one or when it lies in the future."""
    actor = work.actor
    if actor.acr != MFA or actor.auth_time is None:
        return None
    age = (work.now - actor.auth_time).total_seconds()
    return None if age < -clock_skew else max(0, math.ceil(age))


@lru_cache(maxsize=4096)
def _principal(kind: str, id_: str, roles: frozenset[str], tenant: str) -> Inputs:
    parents = [uid("Role", role) for role in sorted(roles)] if kind != "system" else []
    attrs = {"tenant": {"__entity": uid("Tenant", tenant)}}
    return {"uid": uid(_PRINCIPALS[kind], id_), "attrs": attrs, "parents": parents}
