"""HTTP shapes of notices."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from companyos.kernel.http import Wire

from .public.types import Kind, Status
from .rules import NAME, NAME_HELP


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError(NAME_HELP)
    return text


Name = Annotated[
    str, AfterValidator(_name), Field(description="Name of a channel. " + NAME_HELP, examples=["commerce"])
]


class ChannelIn(Wire):
    """A channel to make: either `mail` addresses or the webhook of a `chat` room."""

    name: Name
    mail: list[Annotated[str, Field(max_length=254)]] = Field(
        default_factory=list, max_length=500, description="Addresses.", examples=[["commerce@bank.example"]]
    )
    chat: str = Field(
        default="",
        max_length=2000,
        description="https URL of a room's incoming webhook; a secret that is sealed and not shown again.",
    )


class ChannelOut(Wire):
    """A channel. `to` holds its addresses, or the host of its room."""

    id: UUID
    name: str = Field(examples=["commerce"])
    kind: Kind
    to: list[str] = Field(examples=[["commerce@bank.example"]])
    created_at: datetime


class ChannelsOut(Wire):
    """Every channel of the tenant. `captured` says that notices are kept to be read and not sent out."""

    items: list[ChannelOut]
    captured: list[Kind]


class NoticeOut(Wire):
    """Something that was told over a channel; `said` is what the other side answered."""

    id: UUID
    channel: str = Field(examples=["commerce"])
    kind: Kind
    to: list[str]
    subject: str
    text: str
    status: Status
    actor: str = Field(description="Who told it.", examples=["person:018f7a1e-0000-7000-8000-000000000001"])
    at: datetime
    ended_at: datetime | None
    said: str


class NoticeReadOut(NoticeOut):
    """A notice and, where it was kept instead of sent, the letter or post as it would have gone out."""

    kept: str | None = Field(description="Null when it was really sent out, or still waits.")
