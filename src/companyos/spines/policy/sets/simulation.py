"""Proposed against effective policies, on requests made up and on decisions kept. Pure.

A decision whose policies are the same in both sets cannot flip and is not made again, so the time goes by what the
proposal touches.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from companyos.kernel.decision import Decision, Reason
from companyos.kernel.ports.ledger import KeptDecision

from ..answer import replay
from ..evaluate import Inputs, evaluate
from ..policy_set import PolicySet


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two sets says."""

    allowed: bool
    reasons: tuple[Reason, ...]
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One request under both sets. `decision` is the id of the kept decision, None for a sample."""

    decision: str | None
    at: str | None
    actor: str
    roles: tuple[str, ...]
    action: str
    resource: str
    effective: Side
    proposed: Side

    @property
    def flips(self) -> bool:
        return self.effective.allowed != self.proposed.allowed


@dataclass(frozen=True, slots=True)
class Tally:
    """How many decisions about one action, or of one role, would become a yes, and how many a no."""

    name: str
    to_yes: int
    to_no: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """`replayed` kept decisions, back to `since`, of which `unreadable` could not be made again with both sets.

    `flips` lists the newest that flip, `flipped` counts all.
    """

    replayed: int
    unreadable: int
    since: str | None
    flipped: int
    flips: tuple[Compared, ...]
    by_action: tuple[Tally, ...]
    by_role: tuple[Tally, ...]
    samples: tuple[Compared, ...] = ()


def simulate(
    kept: Iterable[KeptDecision],
    samples: Iterable[Inputs],
    effective: PolicySet,
    proposed: PolicySet,
    *,
    most: int,
) -> Simulation:
    """Make each decision with both sets. At most `most` flips are listed, all are counted."""
    replayed = unreadable = flipped = 0
    since: str | None = None
    flips: list[Compared] = []
    actions: Counter[tuple[str, bool]] = Counter()
    roles: Counter[tuple[str, bool]] = Counter()
    for one in kept:
        replayed += 1
        since = one.at.isoformat()
        verdicts = _verdicts(one.inputs, effective, proposed)
        if verdicts is None:
            unreadable += 1
        if not verdicts or verdicts[0] == verdicts[1]:
            continue
        flipped += 1
        actions[one.inputs["action"], verdicts[1]] += 1
        for role in _roles(one.inputs):
            roles[role, verdicts[1]] += 1
        if len(flips) < most:
            flips.append(_compare(one.inputs, effective, proposed, str(one.id), since))
    return Simulation(
        replayed,
        unreadable,
        since,
        flipped,
        tuple(flips),
        _tallies(actions),
        _tallies(roles),
        tuple(_compare(inputs, effective, proposed, None, None) for inputs in samples),
    )


def _verdicts(inputs: Inputs, effective: PolicySet, proposed: PolicySet) -> tuple[bool, bool] | None:
    """What both sets say; None when one of them cannot answer, and (False, False) when they are the same here."""
    action = inputs.get("action", "")
    if "principal" not in inputs or action not in effective.actions or action not in proposed.actions:
        return None
    if effective.about(action) == proposed.about(action):
        return False, False
    asked = {**inputs, "context": {"granted": False, **inputs["context"]}}
    told = []
    for policies in (effective, proposed):
        slice_ = policies.slice(action)
        verdict = evaluate(asked, slice_, slice_.policies)
        if verdict.errors:
            return None
        told.append(verdict.allowed)
    return told[0], told[1]


def _compare(
    inputs: Inputs, effective: PolicySet, proposed: PolicySet, decision: str | None, at: str | None
) -> Compared:
    sides = [_side(replay(inputs, policies)) for policies in (effective, proposed)]
    who = (inputs["actor"], _roles(inputs), inputs["action"], inputs["resource"])
    return Compared(decision, at, *who, *sides)


def _side(decision: Decision) -> Side:
    return Side(decision.allowed, decision.reasons, decision.policies)


def _roles(inputs: Inputs) -> tuple[str, ...]:
    """The roles that somebody had, or what else they are."""
    principal: Any = inputs["principal"]
    held = sorted(parent["id"] for parent in principal["parents"])
    return tuple(held) or (str(inputs["actor"]).partition(":")[0],)


def _tallies(counted: Counter[tuple[str, bool]]) -> tuple[Tally, ...]:
    names = sorted({name for name, _ in counted}, key=lambda n: (-counted[n, True] - counted[n, False], n))
    return tuple(Tally(name, counted[name, True], counted[name, False]) for name in names)
