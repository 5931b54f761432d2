"""A queued notice goes out after the commit, and again until it is taken or patience ends.

Its id travels along, so a letter that is sent again after a crash is the same letter to those who get it.
"""

from companyos.kernel.events import on
from companyos.kernel.ports.chat import Chat, Post
from companyos.kernel.ports.mail import Letter, Mail, Undelivered
from companyos.kernel.work import Work
from companyos.spines.identity.events import GlassBroken
from companyos.spines.identity.identity import identity_of
from companyos.spines.identity.public import reviewers

from .public.events import NoticeFailed, NoticeQueued, NoticeSent
from .public.types import Notice
from .rules import notice_id, one_line
from .service.channels import PURPOSE
from .service.notices import SUBJECT_CHARACTERS
from .settings import NoticesSettings
from .store import Notices


@on(NoticeQueued)
async def deliver(work: Work, event: NoticeQueued) -> None:
    """Hand a notice to mail or chat, and write down what they said."""
    notice, sealed = await Notices(work).get(event.notice, lock=True)
    if notice.status != "queued":
        return
    try:
        said = await _hand_over(work, notice, sealed)
    except Undelivered as no:
        waited = (work.now - event.queued_at).total_seconds()
        if no.again and waited < work.settings(NoticesSettings).patience_seconds:
            raise
        await Notices(work).end(notice, "failed", str(no), work.now)
        await work.record("notices.notice.ended", notice.ref, outcome="failed", said=str(no))
        work.emit(NoticeFailed(notice=notice.id, channel=notice.channel, why=str(no)))
        return
    await Notices(work).end(notice, "sent", said, work.now)
    await work.record("notices.notice.ended", notice.ref, said=said)
    work.emit(NoticeSent(notice=notice.id, channel=notice.channel))


@on(GlassBroken)
async def tell_of_broken_glass(work: Work, event: GlassBroken) -> None:
    """Write to every member who may review it: breaking the glass is loud."""
    broken, to = await reviewers(work, event.elevation)
    if not to:
        return
    notice = Notice(
        id=notice_id(work.tenant, f"glass:{event.elevation}"),
        channel="reviewers",
        kind="mail",
        to=tuple(to),
        subject=one_line(f"{event.person} broke the glass: {event.title}", SUBJECT_CHARACTERS),
        text=f"{event.person} took a role without asking, for {broken.minutes} minutes: {event.title}.\n"
        f"Reason: {event.reason}\n\nPlease review it: {work.house.public_url}/approvals",
        status="queued",
        actor=work.actor.ref,
        at=work.now,
    )
    if await Notices(work).add(notice, None):
        await work.record("notices.notice.queued", notice.ref, to=to, about=notice.subject)
        work.emit(NoticeQueued(notice=notice.id, channel=notice.channel, queued_at=work.now))


async def _hand_over(work: Work, notice: Notice, sealed: bytes | None) -> str:
    id = str(notice.id)
    if notice.kind == "mail":
        return await work.house.adapter(Mail).send(Letter(id, notice.to, notice.subject, notice.text))
    assert sealed is not None, "the table holds a room's URL until its notice has ended"
    url = (await identity_of(work.house).seal.open(PURPOSE, sealed)).decode()
    text = f"*{notice.subject}*\n{notice.text}" if notice.subject else notice.text
    return await work.house.adapter(Chat).post(Post(id, url, text))
