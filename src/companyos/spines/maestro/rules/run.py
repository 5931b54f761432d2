"""A run and its steps as they are kept, and which state may follow which."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.steps import Outcome

from .plan import BRANCH

RunState = Literal[
    "queued",
    "running",
    "waiting",
    "paused",
    "stuck",
    "undoing",
    "cancelling",
    "succeeded",
    "failed",
    "cancelled",
    "undone",
]
StepState = Literal[
    "pending", "applying", "applied", "done", "failed", "skipped", "unsure", "undoing", "undone", "kept"
]
Verb = Literal["pause", "resume", "cancel", "undo", "settle"]

LIVE: tuple[RunState, ...] = ("queued", "running", "waiting", "paused", "stuck", "undoing", "cancelling")
OVER: tuple[RunState, ...] = ("succeeded", "failed", "cancelled", "undone")
_FROM: Mapping[Verb, tuple[RunState, ...]] = {
    "pause": ("queued", "running", "waiting"),
    "resume": ("paused",),
    "cancel": ("queued", "running", "waiting", "paused", "stuck"),
    "undo": ("running", "waiting", "paused", "succeeded", "failed", "cancelled"),
    "settle": ("stuck",),
}


def possible(verb: Verb, state: RunState) -> bool:
    """Whether a run in this state can be told this."""
    return state in _FROM[verb]


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `asked_by` and approvers are written as audit records name actors; `preview` is the dry run."""

    id: UUID
    environment: str
    plan: str
    plan_version: int
    parameters: Mapping[str, Any]
    reason: str
    state: RunState
    hash: str
    preview: Mapping[str, Any]
    asked_by: str
    asked_name: str
    queued_at: datetime
    sentence: str = ""
    elevation: Mapping[str, Any] = field(default_factory=dict)
    decision: Mapping[str, Any] = field(default_factory=dict)
    concurrency_key: str = ""
    scheduled: bool = False
    after_undo: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    evidence: tuple[str, ...] = ()
    revision: int = 1

    @property
    def ref(self) -> EntityRef:
        return EntityRef("maestro.run", str(self.id))

    @property
    def resource(self) -> Resource:
        attrs = {"plan": self.plan, "state": self.state, "asked_by": self.asked_by}
        return Resource(self.ref, attrs, (EntityRef("maestro.plan", self.plan),))


@dataclass(frozen=True, slots=True)
class RunStep:
    """One step of a run. `key` is the idempotency key of its effect."""

    run: UUID
    position: int
    name: str
    type: str
    state: StepState
    key: str
    sentence: str = ""
    attempts: int = 0
    effect: Mapping[str, Any] = field(default_factory=dict)
    outcome: Mapping[str, Any] = field(default_factory=dict)
    verdict: Mapping[str, Any] = field(default_factory=dict)
    decisions: tuple[Mapping[str, Any], ...] = ()
    log: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def did(self) -> Outcome:
        """What it did, as its type told it."""
        return Outcome(self.outcome.get("sentence", ""), self.outcome.get("output", {}), self.log)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a run's log."""

    id: UUID
    at: datetime
    actor: str
    step: str
    text: str


def taken_back_next(steps: tuple[RunStep, ...]) -> RunStep | None:
    """The step to undo next: the last one that left something behind."""
    for step in reversed(steps):
        left = step.state in ("applying", "applied", "done", "unsure", "undoing")
        if step.type != BRANCH and (left or (step.state == "failed" and step.outcome)):
            return step
    return None
