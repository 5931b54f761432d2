"""HTTP shapes of plans, their versions and schedules."""

from typing import Any, Literal

from pydantic import AwareDatetime, Field

from companyos.kernel.http import Wire

from ..rules.plan import Parameter, Plan
from ..store.plans import KeptPlan, KeptSchedule, Version
from .text import PLAIN, SHA256

REST = "plan: rest\ntitle: Rest\nsteps:\n  - {name: rest, do: maestro.wait, with: {for: 1m}}\n"


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
    hash: str = Field(examples=[SHA256])
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
    hash: str = Field(examples=[SHA256])
    at: AwareDatetime
    author: str


class CheckOut(Wire):
    """A plan that can be read."""

    name: str
    title: str
    parameters: list[ParameterOut]
    steps: list[str]


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
