"""What happened to notices."""

from datetime import datetime
from uuid import UUID

from companyos.kernel.events import Event, event


@event("notices.channel.created", version=1)
class ChannelCreated(Event, frozen=True):
    """A group of people can be reached under a name."""

    channel: UUID
    title: str
    kind: str


@event("notices.channel.removed", version=1)
class ChannelRemoved(Event, frozen=True):
    """A channel is no more; what was told over it stays."""

    channel: UUID
    title: str


@event("notices.notice.queued", version=1)
class NoticeQueued(Event, frozen=True):
    """Somebody is to be told something."""

    notice: UUID
    channel: str
    queued_at: datetime


@event("notices.notice.sent", version=1)
class NoticeSent(Event, frozen=True):
    """The other side took a notice."""

    notice: UUID
    channel: str


@event("notices.notice.failed", version=1)
class NoticeFailed(Event, frozen=True):
    """The other side did not take a notice, for good or for too long."""

    notice: UUID
    channel: str
    why: str
