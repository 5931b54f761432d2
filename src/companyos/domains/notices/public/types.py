"""The nouns of notices."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from companyos.kernel.entities import EntityRef, Resource

Kind = Literal["mail", "chat"]
Status = Literal["queued", "sent", "failed"]


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach a group of people. A service's owner is reached through the channel of the same name.

    `to` is what people may see of it: addresses, or the host of a room. The room's URL is sealed.
    """

    id: UUID
    name: str
    kind: Kind
    to: tuple[str, ...]
    created_at: datetime

    @property
    def ref(self) -> EntityRef:
        return EntityRef("notices.channel", str(self.id))

    @property
    def resource(self) -> Resource:
        return Resource(self.ref, {"name": self.name, "kind": self.kind})


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that was told over one channel. `said` is what the other side answered, `actor` who told it."""

    id: UUID
    channel: str
    kind: Kind
    to: tuple[str, ...]
    subject: str
    text: str
    status: Status
    actor: str
    at: datetime
    ended_at: datetime | None = None
    said: str = ""

    @property
    def ref(self) -> EntityRef:
        return EntityRef("notices.notice", str(self.id))

    @property
    def resource(self) -> Resource:
        return Resource(self.ref, {"channel": self.channel, "status": self.status})
