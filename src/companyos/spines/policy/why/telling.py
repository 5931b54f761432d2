"""What would turn a no into a yes, in words: each way with who can give what it needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from companyos.kernel.decision import Change, Remedy

from ..evaluate import Inputs
from ..explain import GRANTERS
from ..matrix import cell
from ..policy_set import PolicySet, remedy
from ..roles import ROLES, titles
from .candidates import OTHER, Candidate, candidates
from .search import Way, smallest

GRANT, APPROVE = "identity:person.update", "identity:elevation.approve"
CHANGING = ("change", "update")
"""Verbs of the actions that set the attributes of an entity."""


@dataclass(frozen=True, slots=True)
class Ways:
    """All smallest sets of changes that flip a decision, the preferred first; empty when none would.

    `complete` is False when there were more to try than the settings allow.
    """

    ways: tuple[tuple[Change, ...], ...]
    complete: bool


def ways(inputs: Inputs, policies: PolicySet, *, most: int) -> Ways:
    """What would flip the decision made from these inputs, a no; `most` bounds the evaluations."""
    about = {policy.id: policy for policy in policies.about(inputs["action"])}
    noun = str(inputs["on"]["uid"]["type"]).rpartition("::")[2]
    tried = candidates(inputs, about.values(), policies.schema.shapes[noun])
    found = smallest(inputs, policies.slice(inputs["action"]), about, tried, most=most)
    telling = _Telling(inputs, policies, noun)
    return Ways(tuple(telling.way(*told) for told in _together(found.ways)), found.complete)


def _together(found: Iterable[Way]) -> list[tuple[Way, list[str]]]:
    """Ways that differ in the one role they ask for are one way, with the other roles that would do."""
    first: dict[tuple[Candidate, ...], tuple[Way, list[str]]] = {}
    for way in found:
        grants = [candidate for candidate in way if candidate.kind == "grant"]
        rest = tuple(c for c in way if c.kind != "grant") if len(grants) == 1 else way
        if len(grants) == 1 and rest in first:
            first[rest][1].append(grants[0].name)
        else:
            first[rest] = (way, [])
    return list(first.values())


@dataclass(frozen=True, slots=True)
class _Telling:
    inputs: Inputs
    policies: PolicySet
    noun: str

    def way(self, way: Way, other_roles: list[str]) -> tuple[Change, ...]:
        return tuple(self._change(candidate, other_roles) for candidate in way)

    def _change(self, one: Candidate, other_roles: list[str]) -> Change:
        match one.kind:
            case "authentication":
                return Change(one.kind, "Confirm with a second factor.", None, remedy("step_up"))
            case "elevation":
                by = self._who(APPROVE) or GRANTERS
                asking = remedy("request_access", f"Ask {by} for an elevation.")
                return Change(one.kind, "An elevation for exactly this act.", by, asking)
            case "grant":
                by = self._who(GRANT) or GRANTERS
                either = f" ({titles(other_roles)} would do too)" if other_roles else ""
                asking = remedy("request_access", f"Ask {by} for access.")
                return Change(one.kind, f"The role {titles([one.name])}{either}.", by, asking)
            case "environment":
                other = f"Another environment than {self.inputs['context']['environment']}."
                there = other if one.value == OTHER else f"The environment {one.value}."
                return Change(one.kind, there, None, remedy("fix_input", "Switch to it."))
            case "time":
                at = datetime.fromtimestamp(one.value, UTC)
                return Change(one.kind, f"From {at:%Y-%m-%d %H:%M:%S} UTC on.", None, remedy("wait"))
            case "attribute":
                return self._attribute(one)

    def _attribute(self, one: Candidate) -> Change:
        now = self.inputs["on"]["attrs"].get(one.name)
        was = "it has none" if now is None else f"it is {_written(now)}"
        by = self._who(*(f"{self._prefix()}.{verb}" for verb in CHANGING))
        fix: Remedy = (
            remedy("request_access", f"Ask {by} to change it.") if by else remedy("wait", "It has to change.")
        )
        if one.value is None:
            return Change(one.kind, f"The {self.noun} has no {one.name} ({was}).", by, fix)
        return Change(one.kind, f"Its {one.name} is {_written(one.value)} ({was}).", by, fix)

    def _prefix(self) -> str:
        """What the names of the actions on the resource begin with: `operations:service`."""
        return str(self.inputs["resource"]).partition(":")[0].replace(".", ":", 1)

    def _who(self, *actions: str) -> str | None:
        """The roles that may do one of these."""
        known = [action for action in actions if action in self.policies.actions]
        able = [r.name for r in ROLES if any(cell(self.policies, r, a).answer != "no" for a in known)]
        return titles(able) if able else None


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return _written(value["__entity"]["id"])
    if isinstance(value, list):
        return ", ".join(map(_written, value)) or "empty"
    return value if value == OTHER else f'"{value}"' if isinstance(value, str) else str(value)
