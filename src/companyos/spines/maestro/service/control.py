"""What can be told to a run that is there: pause, go on, stop, go back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from companyos.kernel.decision import Reason
from companyos.kernel.entities import EntityRef
from companyos.kernel.preflight import Preview
from companyos.kernel.problems import Conflict, Invalid, NotFound
from companyos.kernel.work import Work

from ..public.events import RunMoved
from ..rules.run import Run, RunState, RunStep, Verb, possible, taken_back_next
from ..store import Runs, queue
from .dry_run import EVIDENCE
from .runs import changed, goes_on

_DONE: Mapping[Verb, tuple[RunState, str, str]] = {
    "pause": ("paused", "maestro.run.paused", "It is paused."),
    "resume": ("running", "maestro.run.resumed", "It was let go on."),
    "cancel": ("cancelling", "maestro.run.stopping", "It is cancelled; what was done stays."),
}


async def tell(work: Work, id: UUID, verb: Literal["pause", "resume", "cancel"]) -> Run:
    """Pause, resume or cancel. An effect that is being brought about at this moment lands first."""
    run = await Runs(work).get(id, lock=True)
    decision = await work.permit(f"maestro:run.{verb}", on=run)
    check(verb, run)
    state, event, said = _DONE[verb]
    if verb == "resume" and run.started_at is None:
        state = "queued"
    kept = await move(work, run, state, said)
    if verb == "pause":
        await queue.drop(work.db, work.tenant, id)
    else:
        await queue.enqueue(work.db, work.tenant, work.environment, id)
    await work.record(event, kept.ref, decision=decision, plan=run.plan, was=run.state)
    return kept


async def preview_undo(work: Work, ref: EntityRef, input: Mapping[str, Any]) -> Preview:
    """What taking a run back would do: its steps in reverse order."""
    if input.keys() - {"reason"}:
        raise Invalid.at("/input", "Taking a run back is told nothing but a reason.", "Leave it empty.")
    try:
        run = await Runs(work).get(UUID(ref.id))
    except ValueError:
        raise NotFound() from None
    await work.permit("maestro:run.read", on=run)
    check("undo", run)
    return _back(run, await Runs(work).steps(run.id))


async def undo(work: Work, id: UUID, *, plan_hash: str, reason: str) -> Run:
    """Take back what a run did, the last step first; exactly what the preflight showed."""
    run = await Runs(work).get(id, lock=True)
    shown = _back(run, await Runs(work).steps(id))
    decision = await work.permit("maestro:run.undo", on=run, plan=shown.hash)
    check("undo", run)
    if shown.hash != plan_hash:
        raise changed()
    said = f"It is taken back: {reason}" if reason else "It is taken back."
    back = replace(run, state="undoing", sentence=said, after_undo="undone", finished_at=None)
    kept = await Runs(work).revive(back)
    if kept is None:
        raise goes_on(await Runs(work).live(run.hash))
    await announce(work, kept)
    await queue.enqueue(work.db, work.tenant, work.environment, id)
    await work.record(
        "maestro.run.undoing", run.ref, decision=decision, plan_hash=shown.hash, reason=reason, was=run.state
    )
    return kept


async def move(work: Work, run: Run, state: RunState, sentence: str) -> Run:
    """Bring a run into another state, and say so."""
    kept = await Runs(work).put(replace(run, state=state, sentence=sentence))
    await announce(work, kept)
    return kept


async def announce(work: Work, run: Run) -> None:
    await Runs(work).say(run.id, run.sentence)
    title = str(run.preview.get("title", run.plan))
    work.emit(RunMoved(run=run.id, plan=run.plan, title=title, state=run.state, sentence=run.sentence))


def check(verb: Verb, run: Run) -> None:
    """Raise Conflict when a run in its state cannot be told this."""
    if possible(verb, run.state):
        return
    sentence = f"The run is {run.state}; it cannot be told to {verb}."
    raise Conflict(sentence, reasons=[Reason("verb_not_possible", sentence, "maestro.run")])


def _back(run: Run, steps: tuple[RunStep, ...]) -> Preview:
    left = list(steps)
    order: list[RunStep] = []
    while (step := taken_back_next(tuple(left))) is not None:
        order.append(step)
        left.remove(step)
    told = [(run.preview["titles"][s.position], run.preview["steps"][s.position]["undo"]) for s in order]
    return Preview(
        action="maestro:run.undo",
        on=run.ref,
        title=f"Take back {run.preview.get('title', run.plan)} in {run.environment}",
        effects=tuple(f"{title}: {undo or 'stays as it is.'}" for title, undo in told),
        plan={"run": str(run.id), "hash": run.hash, "back": [[s.name, s.state] for s in order]},
        evidence=EVIDENCE,
    )
