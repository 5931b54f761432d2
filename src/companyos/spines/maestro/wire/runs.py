"""HTTP shapes of runs: asking for one, telling it something, its steps and log."""

from typing import Any, Literal

from pydantic import AwareDatetime, Field

from companyos.kernel.http import Wire

from ..rules.plan import BRANCH
from ..rules.run import Entry, Run, RunState, RunStep, StepState
from .dry_runs import ParametersIn
from .text import HASH, PLAIN, Text


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
    plan_hash: str = HASH


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
