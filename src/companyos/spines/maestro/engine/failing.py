"""When a step fails: again, back, or stop; and when nobody can tell, a person."""

from ..rules.run import OVER, RunState, RunStep, taken_back_next
from .ending import finish
from .engine import Beat
from .moving import let_go, move_run, move_step, rest


async def fail_step(beat: Beat, step: RunStep, sentence: str, *, again: bool) -> bool:
    """Note that a step failed. It is tried again as its plan says; else the run goes back or stops."""
    retry = beat.spec(step).retry
    if again and step.attempts < retry.attempts and beat.run.state not in ("undoing", *OVER):
        said = f"Attempt {step.attempts} of {retry.attempts} failed: {sentence}"
        await move_step(beat, step, "pending", said, attempts=step.attempts)
        if beat.held is not None and beat.run.state in ("queued", "running", "waiting"):
            await rest(beat, retry.pause(step.attempts))
        return False
    await move_step(beat, step, "failed", sentence)
    if beat.run.state not in ("running", "waiting", "queued"):
        return False
    return await fail_run(beat, f"{step.name} failed: {sentence}")


async def fail_run(beat: Beat, sentence: str) -> bool:
    """Go back when the plan says so and there is something to take back; else stop."""
    if beat.plan.on_failure == "undo" and taken_back_next(beat.steps) is not None:
        return await turn_back(beat, f"{sentence} It is taken back.", then="failed")
    await finish(beat, "failed", sentence)
    return False


async def turn_back(beat: Beat, sentence: str, *, then: RunState) -> bool:
    """Take back what was done, the last step first; `then` is what the run is when that is done."""
    await move_run(beat, "undoing", sentence, after_undo=then)
    return True


async def fail_undo(beat: Beat, step: RunStep, sentence: str, *, again: bool) -> bool:
    """Note that a step could not be taken back. After its attempts, a person has to look."""
    retry, tried = beat.spec(step).retry, int(step.verdict.get("undo_attempts", 0)) + 1
    verdict = {**step.verdict, "undo_attempts": tried}
    if again and tried < retry.attempts:
        await move_step(beat, step, "done", f"Taking it back failed: {sentence}", verdict=verdict)
        if beat.held is not None:
            await rest(beat, retry.pause(tried))
        return False
    step = await move_step(beat, step, "unsure", f"It cannot be taken back: {sentence}", verdict=verdict)
    return await stick(beat, step, f"{step.name} cannot be taken back: {sentence} Look, and say what is so.")


async def stick(beat: Beat, step: RunStep, sentence: str) -> bool:
    """Stop until a person says what is so."""
    if step.state != "unsure":
        await move_step(beat, step, "unsure", sentence)
    then = beat.run.after_undo or ("failed" if beat.run.state == "undoing" else "")
    await move_run(beat, "stuck", sentence, after_undo=then)
    await let_go(beat)
    return False
