"""Telling people, and reading what they were told."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from companyos.domains.operations.public.ports import Services
from companyos.kernel.decision import Decision
from companyos.kernel.ports.chat import Chat
from companyos.kernel.ports.mail import Inspectable, Mail
from companyos.kernel.problems import Invalid
from companyos.kernel.rows import check_seen
from companyos.kernel.work import Work

from ..public.events import NoticeQueued
from ..public.types import Channel, Notice
from ..rules import notice_id, one_line, owned_service
from ..store import Channels, Notices

SUBJECT_CHARACTERS = 200
TEXT_CHARACTERS = 8000


async def page(work: Work, after: Sequence[Any] | None, limit: int) -> list[Notice]:
    """What was told, newest first; one more than `limit` when there are more."""
    await work.permit("notices:notice.list", on=work.tenancy)
    return await Notices(work).page(after, limit)


async def read(work: Work, id: UUID) -> tuple[Notice, str | None]:
    """One notice, and the letter or post as it was kept when it was not sent out. Raises NotFound."""
    await check_seen(work, "notices.notice", id)
    notice, _ = await Notices(work).get(id)
    await work.permit("notices:notice.read", on=notice)
    carrier = _carrier(work, notice)
    return notice, await carrier.kept(str(notice.id)) if isinstance(carrier, Inspectable) else None


async def reach(work: Work, to: str) -> tuple[Channel, bytes | None]:
    """The channel that `to` means: a channel's name, or `owner:<service>`. Raises Invalid saying what is missing."""
    service = owned_service(to)
    name = to if service is None else (await work.ask(Services).named(service)).owner
    if not name:
        raise Invalid.at("/to", f"{service} has no owner to tell.", "Say who owns it, or name a channel.")
    found = await Channels(work).named(name)
    if found is None:
        whose = f" of {service}'s owner" if service else ""
        raise Invalid.at("/to", f"There is no channel {name}{whose}.", "Make it under Notices.")
    return found


async def send(
    work: Work, *, to: str, subject: str, text: str, key: str, decision: Decision | None = None
) -> Notice:
    """Tell a channel something, once per `key`; a repeat returns what the first made. It leaves after the commit."""
    channel, sealed = await reach(work, to)
    decision = decision or await work.permit("notices:notice.send", on=channel)
    id = notice_id(work.tenant, key)
    notice = Notice(
        id=id,
        channel=channel.name,
        kind=channel.kind,
        to=channel.to,
        subject=one_line(subject, SUBJECT_CHARACTERS),
        text=text[:TEXT_CHARACTERS].replace("\x00", ""),
        status="queued",
        actor=work.actor.ref,
        at=work.now,
    )
    if not await Notices(work).add(notice, sealed):
        return (await Notices(work).get(id))[0]
    await work.record(
        "notices.notice.queued",
        notice.ref,
        decision=decision,
        channel=channel.name,
        to=list(channel.to),
        about=notice.subject,
    )
    work.emit(NoticeQueued(notice=id, channel=channel.name, queued_at=work.now))
    return notice


def _carrier(work: Work, notice: Notice) -> Mail | Chat:
    return work.house.adapter(Mail) if notice.kind == "mail" else work.house.adapter(Chat)
