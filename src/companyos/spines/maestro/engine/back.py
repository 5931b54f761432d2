"""The way back: what was done is taken back, the last step first."""

from typing import cast

from companyos.kernel.steps import Irreversible, Outcome

from ..rules.run import RunState, RunStep, taken_back_next
from .ending import finish
from .engine import Beat
from .failing import stick
from .flight import Flight, take_off
from .forward import on_its_way
from .moving import move_step, outcome_json, rest


async def go_back(beat: Beat) -> Flight | bool:
    """One beat back. Returns an effect to take back outside, or whether there is more to do at once."""
    step = taken_back_next(beat.steps)
    if step is None:
        then = cast(RunState, beat.run.after_undo or "undone")
        kept = [s.name for s in beat.steps if s.state == "kept"]
        said = f"Everything is taken back, but {', '.join(kept)}." if kept else "Everything is taken back."
        await finish(
            beat, then, said if then == "undone" else f"{beat.run.sentence.split(' It is taken')[0]} {said}"
        )
        return False
    if step.state in ("applying", "undoing") and await on_its_way(beat, step):
        await rest(beat, 0.5)
        return False
    if (kept_because := _lasting(beat, step)) is not None:
        await move_step(beat, step, "kept", kept_because)
        return True
    if step.state in ("applying", "unsure"):
        return await _was_it_done(beat, step)
    return await _undo(beat, step)


async def end_here(beat: Beat) -> bool:
    """A run that was cancelled ends when nothing of it is on its way any more; what was done stays."""
    for step in beat.steps:
        if step.state in ("applying", "undoing") and await on_its_way(beat, step):
            await rest(beat, 0.5)
            return False
    await finish(beat, "cancelled", beat.run.sentence)
    return False


def _lasting(beat: Beat, step: RunStep) -> str | None:
    """Why a step is not taken back; None when it is."""
    undo = beat.kind(step).undo
    if isinstance(undo, Irreversible):
        return f"It cannot be taken back: {undo.because}"
    return None if beat.spec(step).undo else "The plan says that it stays."


async def _was_it_done(beat: Beat, step: RunStep) -> Flight | bool:
    kind = beat.kind(step)
    assert kind.verify is not None
    verdict = await kind.verify(beat.work, beat.call(step), None)
    if verdict.state in ("absent", "failed"):
        await move_step(beat, step, "undone", f"It never came about: {verdict.sentence}")
        return True
    if verdict.state == "unknown" and not kind.repeatable:
        return await stick(beat, step, f"Nobody can tell whether {step.name} was done; look, and say so.")
    did = Outcome(verdict.sentence, verdict.output)
    step = await move_step(beat, step, "applied", verdict.sentence, outcome=outcome_json(did))
    return await _undo(beat, step)


async def _undo(beat: Beat, step: RunStep) -> Flight | bool:
    kind = beat.kind(step)
    if kind.outside:
        return await take_off(beat, step, "undo")
    assert callable(kind.undo)
    did = await kind.undo(beat.work, beat.call(step), step.did)
    await move_step(beat, step, "undone", did.sentence)
    return True
