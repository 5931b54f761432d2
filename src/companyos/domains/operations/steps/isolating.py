"""Isolating a service as a step; taking it back releases it."""

from companyos.kernel.problems import Conflict
from companyos.kernel.steps import Effect, Need, Outcome, StepCall, StepFailed, StepType, Verdict
from companyos.kernel.work import Work

from ..service import isolation
from ..store import Services
from .deploying import OfService


async def plan(work: Work, call: StepCall) -> Effect:
    """What policy would refuse from then on."""
    on = await Services(work).named(call.inputs.service)
    if on.isolated:
        return Effect(
            sentence=f"{on.name} is isolated already and stays so.",
            on=(on.ref,),
            needs=(Need("operations:service.isolate", on),),
            detail={"service": on.name, "hash": None},
            undo="It stays isolated, as it was before.",
        )
    made, _, _ = await isolation.look(work, "isolate", on)
    return Effect(
        sentence=f"Isolate {on.name}. {made.effects[0]}",
        on=(on.ref,),
        needs=(Need("operations:service.isolate", on), Need("operations:service.release", on)),
        detail={"service": on.name, "hash": made.hash},
        undo=f"Release {on.name}.",
    )


async def apply(work: Work, call: StepCall) -> Outcome:
    """Isolate it, unless it is."""
    on = await Services(work).named(call.inputs.service, lock=True)
    if on.isolated:
        return Outcome(f"{on.name} is isolated already.", {"evidence": None})
    if call.planned["hash"] is None:
        raise StepFailed(f"{on.name} was released since the plan was approved.", again=False)
    reason = f"{call.reason} (plan {call.plan}, asked for by {call.asked_by})".strip()
    try:
        _, evidence = await isolation.turn(
            work, on.name, "isolate", reason=reason, plan_hash=call.planned["hash"]
        )
    except Conflict as no:
        raise StepFailed(no.detail, again=False) from no
    return Outcome(f"{on.name} is isolated.", {"evidence": str(evidence)})


async def verify(work: Work, call: StepCall, _: Outcome | None) -> Verdict:
    """Whether policy refuses now."""
    on = await Services(work).named(call.inputs.service)
    if on.isolated:
        return Verdict("done", f"{on.name} is isolated since {on.isolated_at:%H:%M:%S} UTC.")
    return Verdict("absent", f"{on.name} is not isolated.")


async def undo(work: Work, call: StepCall, outcome: Outcome) -> Outcome:
    """Release it, if this step isolated it."""
    on = await Services(work).named(call.inputs.service, lock=True)
    if not on.isolated or call.planned["hash"] is None:
        return Outcome(f"{on.name} stays {'isolated' if on.isolated else 'released'}.")
    made, _, _ = await isolation.look(work, "release", on)
    reason = f"Taken back (plan {call.plan}, asked for by {call.asked_by})."
    await isolation.turn(work, on.name, "release", reason=reason, plan_hash=made.hash)
    return Outcome(f"{on.name} is released.")


TYPES = (
    StepType(
        name="operations.isolate",
        title="Isolate a service",
        takes=OfService,
        plan=plan,
        apply=apply,
        verify=verify,
        undo=undo,
        gives=("evidence",),
    ),
)
