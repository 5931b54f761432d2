"""Keeping where a run and its steps are, and telling it: rows, log, events. Every change goes through here."""

from dataclasses import replace
from typing import Any

from companyos.kernel.steps import Outcome

from ..public.events import RunMoved, StepMoved
from ..rules.run import OVER, Run, RunState, RunStep, StepState
from ..settings import MaestroSettings
from ..store import Runs, queue
from .engine import Beat


async def move_run(beat: Beat, state: RunState, sentence: str, **more: Any) -> Run:
    """Bring a run into another state."""
    work = beat.work
    changed: dict[str, Any] = {"state": state, "sentence": sentence, **more}
    if state == "running" and beat.run.started_at is None:
        changed["started_at"] = work.now
    if state in OVER:
        changed["finished_at"] = work.now
    beat.run = await Runs(work).put(replace(beat.run, **changed))
    await Runs(work).say(beat.run.id, sentence)
    title = str(beat.run.preview.get("title", beat.run.plan))
    work.emit(RunMoved(run=beat.run.id, plan=beat.run.plan, title=title, state=state, sentence=sentence))
    return beat.run


async def move_step(beat: Beat, step: RunStep, state: StepState, sentence: str, **more: Any) -> RunStep:
    """Bring a step into another state."""
    work = beat.work
    changed: dict[str, Any] = {"state": state, "sentence": sentence, **more}
    if step.started_at is None and state != "skipped":
        changed["started_at"] = work.now
    if state in ("done", "failed", "skipped", "undone", "kept"):
        changed["finished_at"] = work.now
    now = replace(step, **changed)
    now = await Runs(work).put_step(
        replace(now, log=now.log[-work.settings(MaestroSettings).log_characters :])
    )
    beat.steps = tuple(now if s.position == now.position else s for s in beat.steps)
    if (state, sentence) != (step.state, step.sentence):
        await Runs(work).say(beat.run.id, sentence, step=step.name)
        work.emit(StepMoved(run=beat.run.id, step=step.name, state=state, sentence=sentence))
    return now


async def rest(beat: Beat, seconds: float) -> None:
    """Let go of the run for a while; somebody takes it up again."""
    assert beat.held is not None
    await queue.sleep(beat.work.db, beat.held, seconds)


async def let_go(beat: Beat) -> None:
    """Nothing is to be done for the run until somebody says otherwise."""
    await queue.drop(beat.work.db, beat.work.tenant, beat.run.id)


def outcome_json(outcome: Outcome, **more: Any) -> dict[str, Any]:
    """An outcome as it is kept; its log has a column of its own."""
    return {"sentence": outcome.sentence, "output": {**outcome.output, **more}}
