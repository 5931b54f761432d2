"""HTTP shapes of the dry run: what a plan is told, and what it would do."""

from typing import Any

from pydantic import Field

from companyos.kernel.http import Wire
from companyos.kernel.wire import DecisionOut

from ..service.dry_run import DryRun, guards


class ParametersIn(Wire):
    """What a run is told."""

    parameters: dict[str, Any] = Field({}, examples=[{"service": "checkout"}])


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
