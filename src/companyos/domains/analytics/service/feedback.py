"""Telling producers of their refused events: where to, and when one is due.

The intake notes which producers had events refused; `due` looks at them every few seconds. One that is to be told, and
was not told within the last minutes, gets one message about everything since; others wait. What was noted is lost with
the process, and noted again with the next refused event: letters are told from where the last message ended.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from companyos.kernel.house import House
from companyos.kernel.ids import new_id
from companyos.kernel.outbound import Outbound
from companyos.kernel.ports.keys import KeyRing
from companyos.kernel.problems import Invalid, NotFound
from companyos.kernel.work import Work
from companyos.spines.identity.public import is_account

from ..public.events import FeedbackDue
from ..rules.feedback import Feedback, written
from ..rules.letters import Selection
from ..settings import AnalyticsSettings
from ..store.feedback import READ, Feedbacks
from ..store.letters import conditions
from ..tables import DEAD_LETTERS
from .analytics import analytics_of
from .letters import up_to_date

log = structlog.get_logger("companyos.analytics")

USE = "feedback"
LOOK_SECONDS = 2.0
_PURPOSE = b"companyos feedback to producers, version 1\x00"
_REASONS = """
    select event, code, pointer, any_value(sentence) as sentence, any_value(fix) as fix, count(*) as refused
    from letters group by event, code, pointer order by refused desc, event, code, pointer
"""


async def list_feedback(work: Work) -> list[Feedback]:
    """Which producers of this environment are told, and where."""
    await work.permit("analytics:feedback.list", on=work.tenancy)
    return await Feedbacks(work).all()


async def set_feedback(work: Work, producer: str, url: str) -> tuple[Feedback, str]:
    """Tell a producer from now on; returns the secret that messages are signed with, which is shown this once.

    Raises NotFound when no service account is called so.
    """
    decision = await work.permit("analytics:feedback.set", on=work.tenancy)
    no = outbound(work.house).refusal(url)
    if no:
        raise Invalid.at("/url", f"The address cannot be called: {no}.", "Write https://host/path.")
    if not await is_account(work, producer):
        raise NotFound()
    key, key_id = await key_of(work, producer)
    made = Feedback(work.environment, producer, url, key_id, work.actor.ref, work.now, work.now)
    await Feedbacks(work).put(made)
    await work.record("analytics.feedback.set", made.ref, decision=decision, producer=producer)
    return made, written(key)


async def remove_feedback(work: Work, producer: str) -> None:
    """Tell a producer nothing more. Raises NotFound."""
    found = await Feedbacks(work).get(producer)
    await work.permit(READ, on=found)
    decision = await work.permit("analytics:feedback.remove", on=found)
    await Feedbacks(work).remove(found)
    await work.record("analytics.feedback.removed", found.ref, decision=decision, producer=producer)


async def watch(house: House) -> None:
    """Order messages as they fall due, for ever."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            await due(house)
        except Exception as error:
            log.exception("analytics.feedback_failed", exc_info=error)


async def due(house: House) -> None:
    """Order a message for each producer with refused events that may be told now; the others stay noted."""
    noted = analytics_of(house).intake.refused_of
    for tenant, environment, producer in list(noted):
        async with house.begin(tenant=tenant, environment=environment) as work:
            if await _order(work, producer):
                noted.discard((tenant, environment, producer))


async def _order(work: Work, producer: str) -> bool:
    """Whether there is nothing to wait for: it was ordered, or nobody wants to be told."""
    try:
        found = await Feedbacks(work).get(producer, lock=True)
    except NotFound:
        return True
    pause = timedelta(minutes=work.settings(AnalyticsSettings).feedback_minutes)
    if found.told_at and work.now < found.told_at + pause:
        return False
    await Feedbacks(work).put(replace(found, told_at=work.now, upto=work.now))
    work.emit(FeedbackDue(producer=producer, message=new_id(), since=found.upto, until=work.now))
    return True


async def reasons(work: Work, producer: str, since: datetime, until: datetime) -> Sequence[dict[str, Any]]:
    """Why events of a producer were refused in that time, most of them first."""
    await up_to_date(work)
    analytics = analytics_of(work.house)
    where = conditions(work.environment, Selection(since, until, producer))
    scan = analytics.scan(DEAD_LETTERS, work.tenant, since, until, *where)
    found: list[dict[str, Any]] = (await analytics.lake.query(_REASONS, {}, letters=scan)).to_pylist()
    return found


async def key_of(work: Work, producer: str) -> tuple[bytes, str]:
    """The key that messages to a producer are signed with, and the id of the key of the ring that it hangs on.

    It is derived from a signature of the key ring (Ed25519 is deterministic, RFC 8032 §5.1.6) and kept nowhere.
    """
    name = f"{work.tenant}/{work.environment}/{producer}".encode()
    signature = await work.house.adapter(KeyRing).sign(USE, "EdDSA", _PURPOSE + name)
    return hashlib.sha256(_PURPOSE + signature.value).digest(), signature.key.kid


def outbound(house: House) -> Outbound:
    """Where messages may go."""
    return Outbound(house.settings.outbound_allow.split(","))
