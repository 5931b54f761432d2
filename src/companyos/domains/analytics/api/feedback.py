"""Feedback to producers over HTTP."""

from fastapi import APIRouter, Response

from companyos.kernel.http import WorkDep, say_once

from ..service import feedback
from ..wire.feedback import FeedbackIn, FeedbackSetOut, FeedbacksOut, ProducerName, feedback_out

router = APIRouter(prefix="/analytics/feedback", tags=["analytics"])


@router.get("")
async def list_feedback(work: WorkDep) -> FeedbacksOut:
    """Which producers are told of their refused events, and where."""
    return FeedbacksOut(items=[feedback_out(one) for one in await feedback.list_feedback(work)])


@router.put("/{producer}")
async def set_feedback(
    work: WorkDep, producer: ProducerName, body: FeedbackIn, response: Response
) -> FeedbackSetOut:
    """Tell a producer of its refused events from now on, signed with the secret of this answer."""
    made, secret = await feedback.set_feedback(work, producer, body.url)
    say_once(response)
    return FeedbackSetOut(**feedback_out(made).model_dump(), secret=secret)


@router.delete("/{producer}", status_code=204)
async def remove_feedback(work: WorkDep, producer: ProducerName) -> None:
    """Tell a producer nothing more."""
    await feedback.remove_feedback(work, producer)
