"""Ask somebody else before the run goes on: an elevation for exactly the rest of this run, in the one inbox."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import msgspec

from companyos.kernel.entities import EntityRef
from companyos.kernel.ports.elevations import Elevations
from companyos.kernel.preflight import Preview
from companyos.kernel.problems import Conflict, Invalid, NotFound
from companyos.kernel.steps import Effect, Inputs, Outcome, StepCall, StepFailed, StepType, Verdict
from companyos.kernel.work import Work
from companyos.spines.identity.public import Asked, ask_elevation, asked_elevation, withdraw_elevation

from ..rules.run import Run
from ..service.asker import as_asker
from ..settings import MaestroSettings
from ..store import Runs

ACTION = "maestro:run.continue"
LOOK_AGAIN = 1.0
DAY = 86_400.0
_LOST = {
    "elevation_void": "Whoever approved it may not approve it any more.",
    "elevation_used": "The approval was used up already.",
    "elevation_ended": "The approval has ended.",
}
"""Why an approval does not count, in words that a pack may keep: without names."""


class Approval(Inputs, frozen=True):
    """What whoever is asked should know."""

    question: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


async def plan(work: Work, call: StepCall) -> Effect:
    """The question."""
    told: Approval = call.inputs
    return Effect(
        f"Ask somebody else: {told.question}",
        detail={"question": told.question},
        undo="The question is withdrawn.",
    )


async def apply(work: Work, call: StepCall) -> Outcome:
    """Put the question into the approvals inbox, in the name of whoever asked for the run."""
    asker = await as_asker(work, call.asked_by)
    if asker is None or asker.actor.kind != "person":
        raise StepFailed("Only a person's run can be approved; this one started by itself.", again=False)
    run = EntityRef("maestro.run", str(call.run))
    minutes = work.settings(MaestroSettings).approval_minutes
    told: Approval = call.inputs
    asked = await ask_elevation(
        asker,
        action=ACTION,
        on=run,
        input={"step": call.step},
        minutes=minutes,
        reason=call.reason or told.question,
    )
    return Outcome("Somebody else is asked.", {"elevation": str(asked.id)})


async def verify(work: Work, call: StepCall, outcome: Outcome | None) -> Verdict:
    """Whether somebody has said yes, and still may. A yes is used up here, by the run that it was for."""
    if outcome is None:
        return Verdict("absent", "Nobody was asked.")
    id = UUID(outcome.output["elevation"])
    asked: Asked = await asked_elevation(work, id)
    if asked.state == "requested":
        return Verdict("pending", f"Waits for somebody's yes: {call.inputs.question}", again_after=LOOK_AGAIN)
    if asked.state == "approved":
        asker = await as_asker(work, call.asked_by)
        if asker is None:
            return Verdict("failed", "Whoever asked may not act here any more.")
        try:
            await work.house.adapter(Elevations).use(asker, id)
        except Conflict as lost:
            return Verdict("failed", _LOST.get(lost.reasons[0].code, "The approval does not hold any more."))
        return Verdict("done", "Somebody else approved it.", {"by": asked.decided_by, "note": asked.note})
    note = f": {asked.note}" if asked.note else "."
    return Verdict("done" if asked.state == "used" else "failed", f"The question was {asked.state}{note}")


async def undo(work: Work, call: StepCall, outcome: Outcome) -> Outcome:
    """Withdraw the question, if it is still open."""
    asker = await as_asker(work, call.asked_by)
    asked = await asked_elevation(work, UUID(outcome.output["elevation"]))
    if asker is not None and asked.state == "requested":
        await withdraw_elevation(asker, asked.id)
        return Outcome("The question was withdrawn.")
    return Outcome(f"The question was {asked.state} already.")


async def preview_continue(work: Work, ref: EntityRef, input: Mapping[str, Any]) -> Preview:
    """What a yes lets a run do: everything after the step that asks."""
    try:
        run: Run = await Runs(work).get(UUID(ref.id))
    except ValueError:
        raise NotFound() from None
    await work.permit("maestro:run.read", on=run)
    steps = run.preview["steps"]
    at = next((i for i, step in enumerate(steps) if step["name"] == input.get("step")), None)
    if at is None or set(input) != {"step"}:
        raise Invalid.at("/input/step", "The run has no such step.", "Name the step that asks.")
    return Preview(
        action=ACTION,
        on=run.ref,
        title=f"{run.preview['title']} in {run.environment}: {steps[at]['detail']['question']}",
        effects=tuple(run.preview["effects"][at + 1 :]) or ("The run ends.",),
        plan={"run": str(run.id), "hash": run.hash, "step": input["step"], "steps": steps[at + 1 :]},
        affected=tuple(EntityRef.parse(text) for text in run.preview["affected"]),
        more_affected=bool(run.preview["more_affected"]),
        undo="Take the run back.",
    )


approval = StepType(
    "maestro.approval",
    "Ask somebody",
    Approval,
    plan,
    apply,
    verify,
    undo,
    gives=("by", "note"),
    patience=DAY,
)
