"""What follows a confirmed repair, and what a producer is told of its refused events."""

import time
from dataclasses import replace

import httpx
import msgspec

from companyos.kernel.events import on
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from .public.events import FeedbackDue, RepairOrdered
from .rules.feedback import message, signed
from .service import feedback, replaying
from .settings import AnalyticsSettings
from .store.feedback import Feedbacks

SAID_CHARACTERS = 200


@on(RepairOrdered, outside=True)
async def replay(work: Work, event: RepairOrdered) -> None:
    """Mend the letters of a confirmed repair and take them in again."""
    await replaying.carry_out(work, event.repair)


@on(FeedbackDue, outside=True)
async def tell_producer(work: Work, event: FeedbackDue) -> None:
    """Send a producer one signed message. An answer that is no 2xx raises, and the same message is sent again later."""
    try:
        found = await Feedbacks(work).get(event.producer)
    except NotFound:
        return
    key, _ = await feedback.key_of(work, event.producer)
    told = await feedback.reasons(work, event.producer, event.since, event.until)
    if not told:
        return
    body = msgspec.json.encode(message(found, event.since, event.until, list(told)))
    headers = signed(key, event.message, int(time.time()), body)
    patience = work.settings(AnalyticsSettings).feedback_seconds
    async with feedback.outbound(work.house).client(patience) as client:
        answer = await client.post(found.url, content=body, headers=dict(headers))
    if not answer.is_success:
        raise httpx.HTTPStatusError(
            f"{event.producer} answered {answer.status_code}", request=answer.request, response=answer
        )
    said = f"{answer.status_code} {answer.reason_phrase}"[:SAID_CHARACTERS]
    await Feedbacks(work).put(replace(found, said=said))
