"""Events of signed-in people over HTTP."""

from fastapi import APIRouter

from companyos.kernel.http import WorkDep

from ..service import sending
from ..wire.sending import EventsIn, EventVerdictOut, VerdictsOut

router = APIRouter(prefix="/analytics", tags=["analytics"])


@router.post("/events")
async def send_events(work: WorkDep, body: EventsIn) -> VerdictsOut:
    """Take in events of yours, as far as you consented: a verdict for each, durable when this answers.

    Programs send with an ingest key to `/v1/events`.
    """
    verdicts = await sending.send(work, body.events)
    accepted = sum(one.accepted for one in verdicts)
    told = [EventVerdictOut.model_validate(one) for one in verdicts]
    return VerdictsOut(accepted=accepted, refused=len(told) - accepted, verdicts=told)
