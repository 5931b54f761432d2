"""The dry run: what a plan would do now, step by step, and whom trouble could reach. Nothing is changed.

It fails closed: on a step type that does not declare all of plan, apply, verify and undo, and on a step that cannot say
what it would do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from companyos.kernel.decision import Decision, Reason, Remedy
from companyos.kernel.entities import EntityRef
from companyos.kernel.preflight import Preview, plan_hash
from companyos.kernel.problems import Invalid, NotFound, Problem
from companyos.kernel.steps import Effect, Irreversible, StepCall, StepFailed, StepType
from companyos.kernel.work import SYSTEM, Work
from companyos.spines.graph.public.ports import Graph

from ..rules import conditions
from ..rules.binding import BadInputs, bind
from ..rules.parameters import given
from ..rules.plan import BRANCH, Plan, Step
from ..rules.values import fill
from ..settings import MaestroSettings
from ..store.plans import KeptPlan, Version
from .asker import present, refusals
from .kinds import step_types, understood

EVIDENCE = (
    "record.json",
    "plan.yaml",
    "plan.json",
    "run.json",
    "dry_run.json",
    "decisions.json",
    "steps.json",
    "log.txt",
)
"""What the evidence pack of a run tells."""


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step as it would go. `when` says in words on what it hangs; `decisions` is what policy says to its needs."""

    step: Step
    title: str
    when: str
    inputs: Mapping[str, Any]
    effect: Effect
    undo: str | None
    decisions: tuple[Decision, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What the hash covers of it."""
        return {
            "name": self.step.name,
            "do": self.step.do,
            "when": self.when,
            "guard": self.step.guard,
            "inputs": dict(self.inputs),
            "sentence": self.effect.sentence,
            "on": [str(ref) for ref in self.effect.on],
            "needs": sorted(f"{n.action} {_resource(n.on)}" for n in self.effect.needs),
            "detail": dict(self.effect.detail),
            "undo": self.undo,
        }


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a plan would do now. `plan` is everything that the hash covers."""

    kept: KeptPlan
    version: Version
    parsed: Plan
    parameters: Mapping[str, Any]
    steps: tuple[ShownStep, ...]
    affected: tuple[EntityRef, ...]
    more_affected: bool
    environment: str

    @property
    def plan(self) -> dict[str, Any]:
        """Plain JSON: the plan's text by its hash, the parameters, each effect, and the blast radius."""
        return {
            "plan": self.kept.name,
            "version": self.version.version,
            "source": self.version.hash,
            "environment": self.environment,
            "parameters": dict(self.parameters),
            "guards": list(self.parsed.guards),
            "on_failure": self.parsed.on_failure,
            "steps": [one.as_json() for one in self.steps],
            "affected": [str(ref) for ref in self.affected],
        }

    @property
    def hash(self) -> str:
        return plan_hash(self.plan)

    @property
    def refusals(self) -> tuple[Decision, ...]:
        """What policy refuses whoever looks."""
        return tuple(d for one in self.steps for d in one.decisions if not d.allowed)

    def preview(self, action: str) -> Preview:
        """As the house shows every risky act."""
        lasting = [one.title for one in self.steps if one.undo is None and one.step.do != BRANCH]
        undo = None if lasting else "Every step is taken back, the last one first."
        if lasting and len(lasting) < len(self.steps):
            undo = f"All but {', '.join(lasting)}, the last step first."
        return Preview(
            action=action,
            on=self.kept.ref,
            title=f"{self.kept.title} in {self.environment}",
            effects=tuple(f"{one.when}{one.effect.sentence}" for one in self.steps),
            plan=self.plan,
            affected=self.affected,
            more_affected=self.more_affected,
            undo=undo,
            evidence=EVIDENCE,
        )


async def dry_run(work: Work, kept: KeptPlan, version: Version, values: Mapping[str, Any]) -> DryRun:
    """Look at every step. Raises Invalid for parameters or steps that cannot be, NotFound for what must be hidden."""
    plan = understood(work.house, version)
    _complete(plan, step_types(work.house))
    parameters = given(plan.parameters, values)
    shown = [await _show(work, plan, step, parameters) for step in plan.steps]
    affected, more = await _blast(work, shown)
    return DryRun(kept, version, plan, parameters, tuple(shown), affected, more, work.environment)


def _complete(plan: Plan, types: Mapping[str, StepType]) -> None:
    reasons = []
    for step in plan.steps:
        if step.do != BRANCH and (missing := types[step.do].missing):
            sentence = f"The step type {step.do} does not declare {', '.join(missing)}, so nobody can say what it does."
            fix = "Declare all of plan, apply, verify and undo, or take the step out."
            reasons.append(
                Reason("step_type_incomplete", sentence, f"/steps/{step.name}", Remedy("fix_input", fix))
            )
    if reasons:
        raise Invalid(reasons[0].sentence, reasons=reasons)


async def _show(work: Work, plan: Plan, step: Step, parameters: Mapping[str, Any]) -> ShownStep:
    when = _when(plan, step)
    if step.do == BRANCH:
        effect = Effect(f"Look whether {step.condition}.")
        return ShownStep(step, "Branch", when, {"if": step.condition}, effect, None)
    kind = step_types(work.house)[step.do]
    facts = {"parameters": parameters, "run": {"environment": work.environment}, "steps": {}}
    try:
        call = StepCall(
            run=work.tenant,
            plan=plan.name,
            step=step.name,
            inputs=bind(step, kind, facts),
            key="",
            asked_by="",
        )
        assert kind.plan is not None
        effect = await kind.plan(replace(work, actor=SYSTEM), call)
    except BadInputs as error:
        raise _at(step, Invalid(f"{error}.")) from None
    except StepFailed as error:
        raise _at(step, Invalid(error.sentence)) from None
    except Problem as problem:
        raise _at(step, problem) from None
    decisions, refused = await refusals(replace(work, actor=present(work.actor, work)), effect.needs)
    if any(decision.hidden for decision in refused):
        raise _at(step, NotFound())
    back = None if isinstance(kind.undo, Irreversible) or not step.undo else effect.undo
    return ShownStep(step, kind.title, when, fill(dict(step.inputs), facts), effect, back, tuple(decisions))


def _at(step: Step, problem: Problem) -> Invalid:
    """The same refusal, saying which step it is about."""
    place = f"/steps/{step.name}"
    reasons = [replace(r, where=f"{place}{r.where or ''}") for r in problem.reasons]
    return Invalid(f"{step.name} (line {step.line}): {problem.detail}", reasons=reasons)


def _when(plan: Plan, step: Step) -> str:
    """On what a step hangs, to be read before what it does."""
    said: list[str] = []
    arm = step.arm
    while arm is not None:
        branch = plan.step(arm.branch)
        said.insert(0, branch.condition if arm.taken else f"not ({branch.condition})")
        arm = branch.arm
    return f"If {' and '.join(said)}: " if said else ""


async def _blast(work: Work, shown: Sequence[ShownStep]) -> tuple[tuple[EntityRef, ...], bool]:
    """Whom trouble at anything that the plan touches could reach, nearest first."""
    settings = work.settings(MaestroSettings)
    graph = replace(work, actor=SYSTEM).ask(Graph)
    touched = list(dict.fromkeys(ref for one in shown for ref in one.effect.on))
    near: dict[EntityRef, int] = dict.fromkeys(touched, 0)
    more = False
    for ref in touched:
        blast = await graph.blast_radius(ref, depth=settings.blast_depth)
        more = more or blast.more
        for one in blast.affected:
            near[one.ref] = min(near.get(one.ref, one.distance), one.distance)
    ordered = sorted(near, key=lambda ref: (near[ref], str(ref)))
    return tuple(ordered[: settings.blast_most]), more or len(ordered) > settings.blast_most


def _resource(on: Any) -> str:
    return str(on.ref if hasattr(on, "ref") else on.resource.ref)


def guards(plan: Plan, parameters: Mapping[str, Any], environment: str) -> list[tuple[str, bool | None]]:
    """The guards of a plan and whether they hold; None where that hangs on a step."""
    facts = {"parameters": parameters, "run": {"environment": environment}, "steps": {}}
    told: list[tuple[str, bool | None]] = []
    for guard in plan.guards:
        try:
            told.append((guard, conditions.holds(guard, facts)))
        except conditions.NotYetKnown:
            told.append((guard, None))
    return told
