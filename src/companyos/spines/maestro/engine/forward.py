"""The way forward: the next step of a run, from its guards to its verification."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from companyos.kernel.decision import Decision
from companyos.kernel.steps import Outcome, StepFailed, Verdict

from ..rules import conditions
from ..rules.run import RunStep
from ..service.asker import as_asker, refusals
from ..service.runs import decision_json
from ..store.queue import alive
from .ending import finish
from .engine import Beat, is_branch
from .failing import fail_run, fail_step, stick
from .flight import Flight, take_off
from .moving import move_run, move_step, outcome_json, rest

FIRST_LOOK, LONGEST_LOOK = 0.2, 15.0


async def go_on(beat: Beat) -> Flight | bool:
    """One beat forward. Returns an effect to bring about outside, or whether there is more to do at once."""
    step, work = beat.current, beat.work
    if beat.run.state == "queued" or (
        beat.run.state == "waiting" and (step is None or step.state != "applied")
    ):
        await move_run(beat, "running", "It goes on." if beat.run.started_at else "It began.")
    lost = next((s for s in beat.steps if s.state == "failed"), None)
    if lost is not None:  # it failed while the run was held
        return await fail_run(beat, f"{lost.name} failed: {lost.sentence}")
    if step is None:
        await finish(beat, "succeeded", "Every step is done.")
        return False
    assert beat.run.started_at is not None
    if (work.now - beat.run.started_at).total_seconds() > beat.plan.timeout:
        return await fail_run(beat, f"The run took longer than {beat.plan.timeout:g} s.")
    if step.state == "pending":
        return await _begin(beat, step)
    if step.state == "applying":
        return await _after_a_crash(beat, step)
    if step.state == "applied":
        return await _verify(beat, step, step.did)
    return await stick(beat, step, f"Nobody can tell whether {step.name} was done; look, and say so.")


async def _begin(beat: Beat, step: RunStep) -> Flight | bool:
    if beat.skipped(step):
        await move_step(beat, step, "skipped", "Its branch went the other way.")
        return True
    if (said := _guarded(beat, step)) is not None:
        return await fail_step(beat, step, said, again=False)
    if is_branch(step):
        return await _branch(beat, step)
    effect = await _still_permitted(beat, step)
    if isinstance(effect, str):
        return await fail_step(beat, step, effect, again=False)
    step = replace(step, attempts=step.attempts + 1, started_at=step.started_at or beat.work.now, **effect)
    if beat.kind(step).outside:
        return await take_off(beat, step, "apply")
    call, kind = beat.call(step), beat.kind(step)
    assert kind.apply is not None
    did = await kind.apply(beat.work, call)
    step = replace(step, outcome=outcome_json(did), log=did.log, verdict={})
    return await _verify(beat, step, did, fresh=True)


def _guarded(beat: Beat, step: RunStep) -> str | None:
    """Which guard does not hold, in words; None when all do. One that cannot be answered does not hold."""
    spec = beat.spec(step)
    for guard in (*beat.plan.guards, *filter(None, (spec.guard,))):
        try:
            if not conditions.holds(guard, beat.facts):
                return f"The guard does not hold: {guard}."
        except conditions.BadCondition as error:
            return f"The guard cannot be answered: {guard} ({error})."
    return None


async def _branch(beat: Beat, step: RunStep) -> bool:
    condition = beat.spec(step).condition
    try:
        taken = conditions.holds(condition, beat.facts)
    except conditions.BadCondition as error:
        return await fail_step(beat, step, f"The branch cannot be decided: {error}.", again=False)
    said = f"{condition}: {'yes' if taken else 'no'}."
    await move_step(beat, step, "done", said, outcome=outcome_json(Outcome(said, {"taken": taken})))
    return True


async def _still_permitted(beat: Beat, step: RunStep) -> dict[str, Any] | str:
    """What the step would do now and what policy says to it; in words, why whoever asked may not do it any more."""
    kind = beat.kind(step)
    assert kind.plan is not None
    effect = await kind.plan(beat.work, beat.call(step))
    decisions: Sequence[Decision] = ()
    refused: Sequence[Decision] = ()
    asker = await as_asker(beat.work, beat.run.asked_by) if effect.needs else beat.work
    if asker is not None:
        decisions, refused = await refusals(asker, effect.needs)
    if asker is None or refused:
        why = refused[0].reasons[0].sentence if refused else "They may not act here any more."
        return f"Whoever asked for it may not do this any more: {why}"
    told = {"sentence": effect.sentence, "on": [str(r) for r in effect.on], "detail": dict(effect.detail)}
    return {"effect": told, "decisions": tuple(decision_json(d) for d in decisions)}


async def _verify(beat: Beat, step: RunStep, did: Outcome, *, fresh: bool = False) -> bool:
    kind = beat.kind(step)
    assert kind.verify is not None
    verdict = await kind.verify(beat.work, beat.call(step), did)
    told = {"state": verdict.state, "sentence": verdict.sentence}
    if verdict.state == "done":
        outcome = outcome_json(did, **verdict.output)
        await move_step(beat, step, "done", verdict.sentence or did.sentence, outcome=outcome, verdict=told)
        return True
    if verdict.state == "pending":
        return await _wait(beat, step, verdict)
    if fresh:  # nothing has been kept yet: the transaction takes all of it back
        raise StepFailed(verdict.sentence, again=verdict.state != "failed")
    return await fail_step(beat, replace(step, verdict=told), verdict.sentence, again=False)


async def _wait(beat: Beat, step: RunStep, verdict: Verdict) -> bool:
    assert step.started_at is not None
    patience = beat.patience(step)
    left = patience - (beat.work.now - step.started_at).total_seconds()
    if left <= 0:
        return await fail_step(
            beat, step, f"It took longer than {patience:g} s: {verdict.sentence}", again=False
        )
    looks = int(step.verdict.get("looks", 0))
    pause = verdict.again_after or min(FIRST_LOOK * 1.5**looks, LONGEST_LOOK)
    told = {"state": verdict.state, "sentence": verdict.sentence, "looks": looks + 1}
    await move_step(beat, step, "applied", verdict.sentence, verdict=told)
    if beat.run.state != "waiting":
        await move_run(beat, "waiting", f"{step.name}: {verdict.sentence}")
    await rest(beat, min(max(pause, 0.05), max(left, 0.05)))
    return False


async def _after_a_crash(beat: Beat, step: RunStep) -> Flight | bool:
    """An effect outside was begun and never reported: still on its way, or its process died."""
    if await on_its_way(beat, step):
        await rest(beat, 0.5)
        return False
    kind = beat.kind(step)
    assert kind.verify is not None
    verdict = await kind.verify(beat.work, beat.call(step), None)
    did = Outcome(verdict.sentence, verdict.output)
    if verdict.state in ("done", "pending"):
        step = await move_step(beat, step, "applied", verdict.sentence, outcome=outcome_json(did))
        return await _verify(beat, step, did)
    if verdict.state == "absent" or (verdict.state == "unknown" and kind.repeatable):
        return await take_off(beat, replace(step, attempts=step.attempts + 1), "apply")
    if verdict.state == "failed":
        return await fail_step(beat, step, verdict.sentence, again=False)
    await move_step(beat, step, "unsure", verdict.sentence)
    return await stick(beat, step, f"Nobody can tell whether {step.name} was done; look, and say so.")


async def on_its_way(beat: Beat, step: RunStep) -> bool:
    """Whether an executor that is alive is bringing the effect about right now."""
    by = step.verdict.get("executor", "")
    if by == str(beat.engine.me):
        return step.key in beat.engine.flying
    return await alive(beat.work.db, by)
