"""The life of a deployment, and what a risky verb would do to it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import rfc8785

from ..public.types import Deployment, Status, Verb

NEXT: Mapping[Status, frozenset[Status]] = {
    "queued": frozenset({"running", "paused", "succeeded", "failed", "rolled_back"}),
    "running": frozenset({"paused", "succeeded", "failed", "rolled_back"}),
    "paused": frozenset({"running", "succeeded", "failed", "rolled_back"}),
    "succeeded": frozenset({"rolled_back"}),
    "failed": frozenset({"rolled_back"}),
    "rolled_back": frozenset(),
}
"""Which states may follow a state. A deployer that reports only the end may skip "running"."""

OPEN: frozenset[Status] = frozenset({"queued", "running", "paused"})

_TAKES: Mapping[Verb, frozenset[Status]] = {
    "pause": frozenset({"queued", "running"}),
    "roll_back": frozenset({"running", "paused", "succeeded", "failed"}),
    "redeploy": frozenset({"paused", "succeeded", "failed"}),
}


def may_follow(now: Status, then: Status) -> bool:
    """Whether a deployment in state `now` may go to `then`."""
    return then in NEXT[now]


def refusal(verb: Verb, on: Deployment, live: Deployment | None, target: Deployment | None) -> str | None:
    """Why a verb cannot be done to a deployment now, in words; None when it can.

    `live` is the newest deployment of the same service and environment, `target` the one that a roll-back
    would go to.
    """
    if on.status not in _TAKES[verb]:
        allowed = " or ".join(sorted(_TAKES[verb]))
        return f"The deployment is {on.status}; {_words(verb)} needs one that is {allowed}."
    if live is not None and live.id != on.id:
        return (
            f"{on.service} has moved on to version {live.version} ({live.status}); "
            f"only its newest deployment can be {_past(verb)}."
        )
    if verb == "roll_back" and target is None:
        return f"No earlier version of {on.service} succeeded in {on.environment}: nothing to roll back to."
    return None


@dataclass(frozen=True, slots=True)
class Plan:
    """Exactly what a risky verb will do. Its hash is what a person confirms.

    `target` is the version that runs afterwards, `affected` the entities that trouble could reach, nearest
    first, as written references.
    """

    verb: Verb
    deployment: str
    service: str
    environment: str
    from_version: str
    target_version: str
    target_commit: str
    effects: tuple[str, ...]
    affected: tuple[str, ...]

    @property
    def hash(self) -> str:
        """SHA-256, in hex, of the plan as canonical JSON (RFC 8785)."""
        return hashlib.sha256(rfc8785.dumps(self.as_json())).hexdigest()

    def as_json(self) -> dict[str, Any]:
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}


def plan(verb: Verb, on: Deployment, target: Deployment | None, affected: Sequence[str]) -> Plan:
    """The plan of a verb that `refusal` has nothing against."""
    goal = target or on
    return Plan(
        verb=verb,
        deployment=str(on.id),
        service=on.service,
        environment=on.environment,
        from_version=on.version,
        target_version=goal.version,
        target_commit=goal.commit,
        effects=_effects(verb, on, goal),
        affected=tuple(affected),
    )


def _effects(verb: Verb, on: Deployment, goal: Deployment) -> tuple[str, ...]:
    if verb == "pause":
        return (f"The deployer is told to hold {on.service} {on.version} in {on.environment}.",)
    first = (
        f"{on.service} {on.version} in {on.environment} is marked as rolled back."
        if verb == "roll_back"
        else f"{on.service} {goal.version} goes out to {on.environment} again, as a new deployment."
    )
    return (
        first,
        f"The deployer is told to bring {on.service} to version {goal.version}.",
        "Requests that are under way on the service may fail while it restarts.",
    )


def _words(verb: Verb) -> str:
    return {"pause": "a pause", "roll_back": "a roll-back", "redeploy": "a redeployment"}[verb]


def _past(verb: Verb) -> str:
    return {"pause": "paused", "roll_back": "rolled back", "redeploy": "redeployed"}[verb]
