"""What changes from one set of a tenant's own policies to another, policy by policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Literal

from ..policy_set import Policy

Kind = Literal["added", "replaced", "removed"]


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """One policy that is not the same any more; `before` and `after` are its source, None where it is not there."""

    id: str
    kind: Kind
    before: str | None
    after: str | None


def changes(old: Mapping[str, Policy], new: Mapping[str, Policy]) -> tuple[PolicyChange, ...]:
    """Every policy that was added, replaced or removed, by id. Comments and layout are no change."""
    both = [(id_, old.get(id_), new.get(id_)) for id_ in sorted(old.keys() | new.keys())]
    return tuple(
        PolicyChange(id_, _kind(was, now), was.source if was else None, now.source if now else None)
        for id_, was, now in both
        if _est(was) != _est(now)
    )


def lines(old: str, new: str, was: str, now: str) -> str:
    """The two texts compared line by line, as `diff -u` shows it; "" when they are the same."""
    return "".join(unified_diff(old.splitlines(True), new.splitlines(True), was, now))


def _est(policy: Policy | None) -> object:
    return policy and policy.est


def _kind(was: Policy | None, now: Policy | None) -> Kind:
    return "added" if was is None else "removed" if now is None else "replaced"
