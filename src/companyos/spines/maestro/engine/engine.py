"""One process that carries runs out, and what it is doing at this moment."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from companyos.kernel.house import House
from companyos.kernel.ids import new_id
from companyos.kernel.steps import StepCall, StepType
from companyos.kernel.work import Work

from ..rules.binding import BadInputs, bind
from ..rules.plan import BRANCH, Plan, Step
from ..rules.run import Run, RunStep
from ..rules.values import references
from ..service.kinds import step_types, understood
from ..service.secrets import secret_of
from ..store import Plans, Runs, queue
from ..store.queue import Held

MOST_PLANS = 100


class Lost(Exception):
    """Somebody else holds the run by now, or nobody does: this executor has nothing to say any more."""


@dataclass(slots=True)
class Engine:
    """An executor of a house.

    `flying` holds the keys of effects outside that are being brought about right now, `plans` the versions that it
    has read: they never change.
    """

    house: House
    me: UUID = field(default_factory=new_id)
    flying: set[str] = field(default_factory=set)
    plans: dict[tuple[UUID, str, int], Plan] = field(default_factory=dict)

    @asynccontextmanager
    async def holding(self, held: Held) -> AsyncIterator["Beat"]:
        """A Work on a run that this executor holds until the end of the transaction. Raises Lost."""
        async with self.house.begin(tenant=held.tenant, environment=held.environment) as work:
            if not await queue.holds(work.db, held, self.me):
                raise Lost
            yield await open_beat(self, work, held.run, held)


@dataclass(slots=True)
class Beat:
    """One transaction on one run: the run, its steps and its plan, all locked."""

    engine: Engine
    work: Work
    run: Run
    steps: tuple[RunStep, ...]
    plan: Plan
    held: Held | None = None

    def spec(self, step: RunStep) -> Step:
        return self.plan.step(step.name)

    def kind(self, step: RunStep) -> StepType:
        return step_types(self.work.house)[step.type]

    @property
    def facts(self) -> dict[str, Any]:
        """What placeholders and conditions can speak of by now."""
        done = {s.name: s.outcome.get("output", {}) for s in self.steps if s.state == "done"}
        of_run = {"id": str(self.run.id), "environment": self.run.environment, "reason": self.run.reason}
        return {"parameters": self.run.parameters, "steps": done, "run": of_run}

    def shown(self, step: RunStep) -> Mapping[str, Any]:
        """What the dry run showed of a step."""
        found: Mapping[str, Any] = self.run.preview["steps"][step.position]
        return found

    def call(self, step: RunStep) -> StepCall:
        """The step as its type sees it. Raises BadInputs when it names what there is not."""
        spec, facts = self.spec(step), self.facts
        for root, name, *rest in references(spec.inputs):
            if root == "steps" and (
                name not in facts["steps"] or not rest or rest[0] not in facts["steps"][name]
            ):
                raise BadInputs(f"it names an output of {name}, which gave none")
        return StepCall(
            run=self.run.id,
            plan=self.run.plan,
            step=step.name,
            inputs=bind(spec, self.kind(step), facts),
            key=step.key,
            asked_by=self.run.asked_by,
            reason=self.run.reason,
            attempt=max(step.attempts, 1),
            planned=self.shown(step)["detail"],
            secret=secret_of(self.work),
        )

    def patience(self, step: RunStep) -> float:
        """Seconds that a step may take in all."""
        return self.spec(step).timeout or self.kind(step).patience

    @property
    def current(self) -> RunStep | None:
        """The first step that is not over."""
        return next(
            (s for s in self.steps if s.state in ("pending", "applying", "applied", "unsure", "undoing")),
            None,
        )

    def skipped(self, step: RunStep) -> bool:
        """Whether a step stands on a side that its branch did not take."""
        arm = self.spec(step).arm
        if arm is None:
            return False
        branch = next(s for s in self.steps if s.name == arm.branch)
        return branch.state == "skipped" or branch.outcome.get("output", {}).get("taken") is not arm.taken


async def open_beat(engine: Engine, work: Work, id: UUID, held: Held | None, *, lock: bool = True) -> Beat:
    """A run of the Work, locked unless told otherwise, with everything that a beat needs."""
    runs = Runs(work)
    run = await runs.get(id, lock=lock)
    key = (work.tenant, run.plan, run.plan_version)
    if (plan := engine.plans.get(key)) is None:
        plan = understood(work.house, await Plans(work).version(run.plan, run.plan_version))
        if len(engine.plans) >= MOST_PLANS:
            engine.plans.clear()
        engine.plans[key] = plan
    return Beat(engine, work, run, await runs.steps(id), plan, held)


def is_branch(step: RunStep) -> bool:
    return step.type == BRANCH
