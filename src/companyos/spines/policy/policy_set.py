"""The policy set of the house: every policy with its words and its place, ready to be evaluated."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import cedarpy

from companyos.kernel.decision import Remedy, RemedyKind
from companyos.kernel.domain import Action, Domain

from .names import uid
from .roles import GROUPS, ROLES
from .schema import Schema
from .scope import Looks, context_read, helped_by

_SENTENCES: dict[RemedyKind, str] = {
    "step_up": "Confirm with your passkey or authenticator app.",
    "request_access": "Ask for access.",
    "fix_input": "Change what you asked for.",
    "sign_in": "Sign in.",
    "wait": "Try again later.",
    "none": "There is nothing you can do about it yourself.",
}


def remedy(kind: RemedyKind, sentence: str = "") -> Remedy:
    """A remedy of a kind, with the usual sentence unless another is given."""
    return Remedy(kind, sentence or _SENTENCES[kind])


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy. `actions` are the names its scope holds (None: every action); `est` is Cedar's JSON of it."""

    id: str
    domain: str
    effect: Literal["permit", "forbid"]
    reason: str
    remedy: RemedyKind | None
    actions: tuple[str, ...] | None
    source: str
    file: str
    line: int
    est: Mapping[str, Any]


ACTORS_KEPT = 256
"""Actors, each with one set of roles, that are kept ready for each action."""


@dataclass(frozen=True, slots=True)
class Slice:
    """All that one action needs, parsed and kept.

    Its policies, its permits alone, its part of the schema, the roles as entities, which roles help, the names in
    the context that its policies read (None for all), and what they look at in a resource.
    """

    policies: cedarpy.PolicySet
    permits: cedarpy.PolicySet
    schema: cedarpy.Schema
    standing: cedarpy.Entities
    helped: Mapping[str, bool | None]
    context: frozenset[str] | None
    looks: Looks
    _worlds: dict[str, cedarpy.Entities] = field(default_factory=dict, repr=False)

    def world(self, principal: str, on: str) -> cedarpy.Entities:
        """Roles, an actor and a resource; the two as Cedar's JSON. An actor who asks again is not read again.

        Raises ValueError when one of them is not as the schema says.
        """
        known = self._worlds.get(principal)
        if known is None:
            known = self.standing.with_added_json_str(f"[{principal}]", self.schema)
            if len(self._worlds) >= ACTORS_KEPT:
                self._worlds.clear()
            self._worlds[principal] = known
        return known.with_added_json_str(f"[{on}]", self.schema)


@dataclass(frozen=True)
class PolicySet:
    """Policies, schema, roles, and the actions as the manifests declare them.

    `load` builds one and refuses what does not validate. Evaluating goes by action: a policy whose scope cannot
    hold the action cannot change the answer, so it is left out, which makes a decision independent of the
    number of policies in the house. `house` is the set that a tenant's own policies were added to, None for the
    set of the house itself.
    """

    policies: Mapping[str, Policy]
    schema: Schema
    actions: Mapping[str, Action]
    parts: tuple[Domain, ...] = ()
    house: "PolicySet | None" = None
    _abouts: dict[str, tuple[Policy, ...]] = field(default_factory=dict, repr=False)
    _slices: dict[str, Slice] = field(default_factory=dict, repr=False)

    @cached_property
    def version(self) -> str:
        """SHA-256 of the canonical policies, schema and roles, in hex. Comments and layout do not change it."""
        if self.house is not None:
            return version_of(self.house.version, self.own_hash)
        whole = {
            "policies": {p.id: p.est for p in self.policies.values()},
            "schema": str(self.schema.cedar),
            "roles": [role.entity for role in GROUPS + ROLES],
        }
        return _hash(whole)

    @cached_property
    def own(self) -> Mapping[str, Policy]:
        """The policies that were added to those of the house."""
        taken = self.house.policies if self.house else self.policies
        return {id_: policy for id_, policy in self.policies.items() if id_ not in taken}

    @cached_property
    def own_hash(self) -> str:
        """SHA-256 of the canonical added policies, in hex; "" when there are none."""
        return _hash({id_: p.est for id_, p in self.own.items()}) if self.own else ""

    def about(self, action: str) -> tuple[Policy, ...]:
        """The policies that can have a say in an action, those of the core first."""
        found = self._abouts.get(action)
        if found is None:
            names = {action} | self.schema.ancestors(action)
            found = tuple(
                p for p in self.policies.values() if p.actions is None or names.intersection(p.actions)
            )
            self._abouts[action] = found
        return found

    def slice(self, action: str) -> Slice:
        """What is needed to decide about an action. Raises KeyError for an action that is not declared."""
        found = self._slices.get(action)
        if found is None:
            self.actions[action]
            plain = self.house is not None and self.about(action) == self.house.about(action)
            found = self.house.slice(action) if self.house and plain else self._cut(action)
            self._slices[action] = found
        return found

    def _cut(self, action: str) -> Slice:
        about = self.about(action)
        schema = self.schema.part(action)
        standing = [role.entity for role in GROUPS + ROLES]
        return Slice(
            policies=parse(about),
            permits=parse(p for p in about if p.effect == "permit"),
            schema=schema,
            standing=cedarpy.Entities.from_json_str(json.dumps(standing), schema=schema),
            helped=helped_by(p.est for p in about if p.effect == "permit"),
            context=context_read([p.est["conditions"] for p in about]),
            looks=Looks.of(p.est for p in about),
        )


def version_of(house: str, own_hash: str) -> str:
    """The version of a set that holds the house's policies, in their version, and a tenant's own."""
    return hashlib.sha256(f"{house}+{own_hash}".encode()).hexdigest() if own_hash else house


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def parse(policies: Iterable[Policy]) -> cedarpy.PolicySet:
    """Cedar's handle of some policies, under the ids that people know."""
    static = {policy.id: policy.est for policy in policies}
    return cedarpy.PolicySet.from_json_str(
        json.dumps({"staticPolicies": static, "templates": {}, "templateLinks": []})
    )


def action_uid(action: str) -> dict[str, str]:
    return uid("Action", action)
