"""Whether a proposed set leaves two people who could apply another one: somebody who applies, somebody who approves.

Only what is sure counts. A tenant's forbid that depends on the time or on anything else than who it is might close
the door later, when nobody can open it any more, so it is taken to hold.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from companyos.kernel.decision import Reason, Remedy

from ..names import NAMESPACE
from ..policy_set import Policy, PolicySet
from ..roles import ROLES, Role
from ..scope import holds

APPLIES = ("policy:policy.read", "policy:set.propose", "policy:set.apply", "identity:elevation.request")
APPROVES = ("policy:policy.read", "identity:elevation.read", "identity:elevation.approve")

_RESOURCES = re.compile(r"resource:\s*\[?([\w\s,]+)\]?")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the tenant who is let in, with the roles of their membership."""

    id: str
    roles: frozenset[str]


def lockout(proposed: PolicySet, members: Iterable[Member]) -> Reason | None:
    """Why nobody could apply another set under the proposed one; None when two people could."""
    people = list(members)
    if _two(proposed, people):
        return None
    in_the_way = [
        p
        for p in proposed.own.values()
        if any(_may_stop(proposed, p, m, a) for m in people for a in (*APPLIES, *APPROVES))
    ]
    if not in_the_way or not _two(proposed.house or proposed, people):
        sentence = (
            "Nobody could apply a policy set here: it takes one who applies it and another who approves it."
        )
        fix = "Invite a second administrator first."
        return Reason("policy_lockout", sentence, None, Remedy("fix_input", fix))
    first = in_the_way[0]
    sentence = (
        f"Under {first.id} nobody could be sure to apply another policy set, so it could never be taken back."
    )
    fix = (
        "Name the actions that it is about, or leave two people out of it: "
        f'unless {{ principal in {NAMESPACE}::Role::"administrator" }}.'
    )
    return Reason("policy_lockout", sentence, f"{first.file}:{first.line}", Remedy("fix_input", fix))


def _two(policies: PolicySet, people: Iterable[Member]) -> bool:
    """Whether one person can apply and another approve."""
    apply = {m.id for m in people if all(_surely(policies, m, action) for action in APPLIES)}
    approve = {m.id for m in people if all(_surely(policies, m, action) for action in APPROVES)}
    return any(one != other for one in apply for other in approve)


def _surely(proposed: PolicySet, member: Member, action: str) -> bool:
    if action not in proposed.actions:
        return True
    about = proposed.about(action)
    own = proposed.own
    stopped = any(_may_stop(proposed, p, member, action) for p in about if p.id in own)
    forbidden = any(p.effect == "forbid" and p.id not in own and _told(p.est, member) is True for p in about)
    return (
        not stopped
        and not forbidden
        and any(p.effect == "permit" and _told(p.est, member) is True for p in about)
    )


def _may_stop(proposed: PolicySet, policy: Policy, member: Member, action: str) -> bool:
    """Whether a forbid could, now or one day, keep a member from an action."""
    if policy.effect != "forbid" or policy not in proposed.about(action):
        return False
    kind = _resource_type(policy.est["resource"])
    if kind is not None and kind not in _resources(proposed, action):
        return False
    return _told({**policy.est, "resource": {"op": "All"}}, member) is not False


def _told(est: Mapping[str, Any], member: Member) -> bool | None:
    """Whether a policy holds for this person: yes, no, or it depends."""
    scope = est["principal"]
    if scope["op"] == "==":
        uid = scope["entity"].get("__entity", scope["entity"])
        if uid != {"type": f"{NAMESPACE}::Person", "id": member.id}:
            return False
        est = {**est, "principal": {"op": "All"}}
    groups = {group for role in ROLES if role.name in member.roles for group in role.groups}
    return holds(est, Role(member.id, "", (*member.roles, *groups)))


def _resource_type(scope: Mapping[str, Any]) -> str | None:
    """The one type that a scope speaks of; None when it may be any."""
    if scope["op"] == "is":
        return str(scope["entity_type"]).rpartition("::")[2]
    if scope["op"] == "==":
        uid = scope["entity"].get("__entity", scope["entity"])
        return str(uid["type"]).rpartition("::")[2]
    return None


def _resources(proposed: PolicySet, action: str) -> set[str]:
    """The entity types that an action can be done to, as its declaration says."""
    found = _RESOURCES.search(proposed.schema.actions[action].statement.text)
    return set(re.findall(r"\w+", found[1])) if found else set()
