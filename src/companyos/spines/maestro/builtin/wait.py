"""Wait for a time. The run is let go of meanwhile; waiting costs nothing and outlives every process."""

from datetime import datetime, timedelta

from companyos.kernel.problems import Invalid
from companyos.kernel.steps import Effect, Inputs, Outcome, StepCall, StepType, Verdict, later
from companyos.kernel.work import Work

from ..rules.reading import duration

YEAR = 366 * 86_400.0


class Wait(Inputs, frozen=True, rename={"for_": "for"}):
    """How long, as `30s`, `5m`, `2h` or `1d`."""

    for_: str


async def plan(work: Work, call: StepCall) -> Effect:
    """For how long."""
    told: Wait = call.inputs
    if not later(told.for_):
        _seconds(told)
    return Effect(f"Wait {told.for_}.", detail={"for": told.for_}, undo="Nothing is left to take back.")


async def apply(work: Work, call: StepCall) -> Outcome:
    """Note until when."""
    until = work.now + timedelta(seconds=_seconds(call.inputs))
    return Outcome(f"Waits until {until:%Y-%m-%d %H:%M:%S} UTC.", {"until": until.isoformat()})


async def verify(work: Work, call: StepCall, outcome: Outcome | None) -> Verdict:
    """Whether the time is over."""
    if outcome is None:
        return Verdict("absent", "Nobody has begun to wait.")
    left = (datetime.fromisoformat(outcome.output["until"]) - work.now).total_seconds()
    if left > 0:
        return Verdict("pending", outcome.sentence, again_after=left)
    return Verdict("done", "The time is over.")


async def undo(work: Work, call: StepCall, outcome: Outcome) -> Outcome:
    """There is nothing to take back."""
    return Outcome("Nothing was left to take back.")


def _seconds(told: Wait) -> float:
    found = duration(told.for_)
    if found is None or found > YEAR:
        raise Invalid.at("/for", f"{told.for_!r} is no time of a year at most.", "Write 30s, or m, h, d.")
    return found


wait = StepType(
    "maestro.wait", "Wait", Wait, plan, apply, verify, undo, gives=("until",), patience=YEAR + 86_400.0
)
