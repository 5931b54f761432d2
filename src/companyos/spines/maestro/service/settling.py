"""What a person says of a step that nobody else can tell of, and what the run does then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from companyos.kernel.entities import EntityRef
from companyos.kernel.preflight import Preview
from companyos.kernel.problems import Invalid, NotFound
from companyos.kernel.work import Work

from ..rules.run import Run, RunStep, StepState
from ..store import Runs, queue
from .control import check, move
from .dry_run import EVIDENCE
from .runs import changed

Finding = Literal["done", "absent"]


@dataclass(frozen=True, slots=True)
class _Then:
    """What follows from a finding: the state of the step, and what is shown before it is said."""

    state: StepState
    effects: tuple[str, ...]


_FORWARD: Mapping[str, _Then] = {
    "done": _Then("done", ("It counts as done, without an output.", "The run goes on after it.")),
    "absent": _Then("pending", ("It is done again.", "The run goes on with it.")),
}
_BACK: Mapping[str, _Then] = {
    "done": _Then("kept", ("It stays as it is.", "The steps before it are taken back.")),
    "absent": _Then("undone", ("It counts as taken back.", "The steps before it are taken back.")),
}


async def preview_settle(work: Work, ref: EntityRef, input: Mapping[str, Any]) -> Preview:
    """What the run would do; input is `{"step": …, "finding": "done" or "absent"}`."""
    finding: Finding | None = input.get("finding")
    if finding not in ("done", "absent") or not isinstance(input.get("step"), str) or len(input) > 2:
        fix = 'Write {"step": "…", "finding": "done"}, or "absent".'
        raise Invalid.at("/input", "It is said of one step whether it was done.", fix)
    try:
        run = await Runs(work).get(UUID(ref.id))
    except ValueError:
        raise NotFound() from None
    await work.permit("maestro:run.read", on=run)
    check("settle", run)
    return _shown(run, await _unsure(work, run, input["step"], "/input/step"), finding)


async def settle(work: Work, id: UUID, step: str, finding: Finding, note: str, *, plan_hash: str) -> Run:
    """Say what is so of a step that nobody else can tell of; the run goes on from there, as it was shown."""
    store = Runs(work)
    run = await store.get(id, lock=True)
    await work.permit("maestro:run.read", on=run)
    check("settle", run)
    unsure = await _unsure(work, run, step, "/step")
    shown = _shown(run, unsure, finding)
    decision = await work.permit("maestro:run.settle", on=run, plan=shown.hash)
    if shown.hash != plan_hash:
        raise changed()
    word = "It was done" if finding == "done" else "It was not done"
    said = f"{word}, somebody found: {note}" if note else f"{word}, somebody found."
    outcome = {"sentence": said, "output": {}}
    await store.put_step(replace(unsure, state=_then(run, finding).state, sentence=said, outcome=outcome))
    await store.say(id, said, step=step)
    kept = await move(work, run, "undoing" if run.after_undo else "running", said)
    await queue.enqueue(work.db, work.tenant, work.environment, id)
    await work.record(
        "maestro.run.settled", run.ref, decision=decision, step=step, finding=finding, note=note
    )
    return kept


def _then(run: Run, finding: Finding) -> _Then:
    return (_BACK if run.after_undo else _FORWARD)[finding]


async def _unsure(work: Work, run: Run, name: str, where: str) -> RunStep:
    found = next((s for s in await Runs(work).steps(run.id) if s.name == name and s.state == "unsure"), None)
    if found is None:
        raise Invalid.at(
            where, f"Of the step {name!r} nothing is open.", "The run says which step it waits for."
        )
    return found


def _shown(run: Run, step: RunStep, finding: Finding) -> Preview:
    title = run.preview["titles"][step.position]
    found = "was done" if finding == "done" else "was not done"
    return Preview(
        action="maestro:run.settle",
        on=run.ref,
        title=f"Say that {title} {found}, in {run.environment}",
        effects=(f"You say that {title} {found}.", *_then(run, finding).effects),
        plan={
            "run": str(run.id),
            "hash": run.hash,
            "step": step.name,
            "attempts": step.attempts,
            "finding": finding,
            "back": bool(run.after_undo),
        },
        evidence=EVIDENCE,
    )
