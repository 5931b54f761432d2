"""HTTP shapes of plans and runs."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from companyos.kernel.http import Wire
from companyos.kernel.wire import DecisionOut

from .rules.plan import BRANCH, Parameter, Plan
from .rules.run import Entry, Run, RunState, RunStep, StepState
from .service.dry_run import DryRun, guards
from .store.plans import KeptPlan, KeptSchedule, Version

PLAIN = r"^[^\x00]*$"
REST = "plan: rest\ntitle: Rest\nsteps:\n  - {name: rest, do: maestro.wait, with: {for: 1m}}\n"
HASH = Field(
    pattern=r"^[0-9a-f]{64}$", description="`hash` of the dry run.", examples=["9f86d081884c7d65" * 4]
)
Text = Annotated[str, Field(max_length=1000, pattern=PLAIN)]


class PlanIn(Wire):
    """A plan's text."""

    source: str = Field(max_length=262_144, pattern=PLAIN, description="YAML, or JSON.", examples=[REST])
    file: str = Field("plan.yaml", max_length=200, pattern=PLAIN, description="What complaints call it.")


class ParameterOut(Wire):
    """One thing that a run is told."""

    name: str
    type: Literal["string", "integer", "number", "boolean"]
    title: str
    required: bool
    default: Any = None
    one_of: list[Any]
    pattern: str


class PlanOut(Wire):
    """A plan, without its text."""

    name: str = Field(examples=["roll-back"])
    title: str
    version: int
    approval: bool = Field(description="Somebody else approves each run first.")
    changed_at: AwareDatetime
    changed_by: str


class ScheduleOut(Wire):
    """A schedule that is on."""

    environment: str = Field(examples=["prod"])
    version: int = Field(examples=[3])
    hash: str = Field(examples=["9f86d081884c7d65" * 4])
    asked_by: str
    since: AwareDatetime


class PlanDetailOut(PlanOut):
    """A plan with its latest text, what it wants to be told, and the schedules that are on."""

    description: str
    source: str
    parameters: list[ParameterOut]
    steps: list[str]
    cron: str | None = Field(
        description="When it would start by itself; null when the plan says nothing of it."
    )
    schedules: list[ScheduleOut]


class VersionOut(Wire):
    """One text of a plan."""

    version: int = Field(examples=[3])
    source: str
    hash: str = Field(examples=["9f86d081884c7d65" * 4])
    at: AwareDatetime
    author: str


class CheckOut(Wire):
    """A plan that can be read."""

    name: str
    title: str
    parameters: list[ParameterOut]
    steps: list[str]


class StepTypeOut(Wire):
    """Something that plans can do."""

    name: str = Field(examples=["maestro.wait"])
    title: str
    inputs: dict[str, Any] = Field(description="JSON Schema of what stands under `with:`.")
    gives: list[str]
    missing: list[str] = Field(
        description="What it does not declare; a plan with it is refused by the dry run."
    )


class ParametersIn(Wire):
    """What a run is told."""

    parameters: dict[str, Any] = Field({}, examples=[{"service": "checkout"}])


class StartIn(ParametersIn):
    """A run of exactly what the dry run showed."""

    plan_hash: str = HASH
    reason: Text = ""


class HashIn(Wire):
    """Exactly what was shown."""

    plan_hash: str = HASH
    reason: Text = ""


class SettleIn(Wire):
    """What is so of a step that nobody else can tell of."""

    step: str = Field(max_length=63, pattern=PLAIN)
    finding: Literal["done", "absent"]
    note: Text


class GuardOut(Wire):
    """A condition that holds through the run, and whether it would now; null where that hangs on a step."""

    condition: str
    holds: bool | None


class ShownStepOut(Wire):
    """What one step would do."""

    name: str
    type: str
    title: str
    when: str
    sentence: str
    inputs: dict[str, Any]
    on: list[str]
    detail: dict[str, Any]
    undo: str | None
    decisions: list[DecisionOut]


class DryRunOut(Wire):
    """What a plan would do now. Start a run with `hash` to get exactly this."""

    plan: str
    title: str
    version: int
    hash: str
    parameters: dict[str, Any]
    guards: list[GuardOut]
    steps: list[ShownStepOut]
    affected: list[str] = Field(description="What trouble could reach, nearest first, as type:id.")
    more_affected: bool
    may: bool = Field(description="Whether policy lets the caller do each step.")
    decision: DecisionOut = Field(description="What policy says to the caller who would start exactly this.")


class RunOut(Wire):
    """A run."""

    id: str
    plan: str
    title: str
    plan_version: int
    environment: str
    state: RunState
    sentence: str
    parameters: dict[str, Any]
    reason: str
    hash: str
    asked_by: str
    asked_name: str
    elevation: dict[str, Any]
    scheduled: bool
    queued_at: AwareDatetime
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    evidence: list[str] = Field(description="Ids of its evidence packs, oldest first.")


class RunStepOut(Wire):
    """One step of a run: what the dry run showed of it, and how it went."""

    name: str
    type: str
    title: str
    state: StepState
    sentence: str
    shown: dict[str, Any]
    attempts: int
    outcome: dict[str, Any]
    verdict: dict[str, Any]
    log: str
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None


class RunLineOut(Wire):
    """One line of a run's log."""

    at: AwareDatetime
    actor: str
    step: str
    text: str


class RunDetailOut(RunOut):
    """A run with its steps and log."""

    steps: list[RunStepOut]
    log: list[RunLineOut]


def plan_out(kept: KeptPlan) -> PlanOut:
    return PlanOut.model_validate(kept)


def plan_detail(kept: KeptPlan, version: Version, plan: Plan, on: list[KeptSchedule]) -> PlanDetailOut:
    return PlanDetailOut(
        **plan_out(kept).model_dump(),
        description=plan.description,
        source=version.source,
        parameters=[parameter_out(p) for p in plan.parameters],
        steps=[step.name for step in plan.steps],
        cron=plan.schedule.cron if plan.schedule else None,
        schedules=[
            ScheduleOut.model_validate({n: getattr(s, n) for n in ScheduleOut.model_fields}) for s in on
        ],
    )


def parameter_out(one: Parameter) -> ParameterOut:
    values = {n: getattr(one, n) for n in ParameterOut.model_fields}
    return ParameterOut(**{**values, "one_of": list(one.one_of)})


def dry_run_out(shown: DryRun, decision: Any) -> DryRunOut:
    steps = [
        ShownStepOut(
            name=one.step.name,
            type=one.step.do,
            title=one.title,
            when=one.when,
            sentence=one.effect.sentence,
            inputs=dict(one.inputs),
            on=[str(ref) for ref in one.effect.on],
            detail=dict(one.effect.detail),
            undo=one.undo,
            decisions=[DecisionOut.model_validate(d) for d in one.decisions],
        )
        for one in shown.steps
    ]
    held = guards(shown.parsed, shown.parameters, shown.environment)
    return DryRunOut(
        plan=shown.kept.name,
        title=shown.kept.title,
        version=shown.version.version,
        hash=shown.hash,
        parameters=dict(shown.parameters),
        guards=[GuardOut(condition=text, holds=holds) for text, holds in held],
        steps=steps,
        affected=[str(ref) for ref in shown.affected],
        more_affected=shown.more_affected,
        may=not shown.refusals,
        decision=DecisionOut.model_validate(decision),
    )


def run_out(run: Run) -> RunOut:
    values = {n: getattr(run, n) for n in RunOut.model_fields if n not in ("id", "title")}
    return RunOut(
        id=str(run.id), title=str(run.preview["title"]), **{**values, "evidence": list(run.evidence)}
    )


def run_detail(run: Run, steps: tuple[RunStep, ...], log: list[Entry]) -> RunDetailOut:
    told = [
        RunStepOut(
            **{n: getattr(s, n) for n in RunStepOut.model_fields if n not in ("title", "shown")},
            title="Branch" if s.type == BRANCH else run.preview["titles"][s.position],
            shown=dict(run.preview["steps"][s.position]),
        )
        for s in steps
    ]
    return RunDetailOut(**run_out(run).model_dump(), steps=told, log=[*map(RunLineOut.model_validate, log)])
