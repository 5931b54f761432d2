"""Who can be reached, and how. The URL of a chat room is a secret: it comes in, is sealed, and never comes out."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from companyos.kernel.ids import new_id
from companyos.kernel.outbound import Outbound
from companyos.kernel.problems import Conflict, Invalid, NotFound
from companyos.kernel.work import Work
from companyos.spines.identity.identity import identity_of

from ..public.events import ChannelCreated, ChannelRemoved
from ..public.types import Channel
from ..rules import ADDRESS
from ..settings import NoticesSettings
from ..store import Channels

PURPOSE = "notices.channel"


async def list_channels(work: Work) -> list[Channel]:
    """Every channel of the tenant, by name."""
    await work.permit("notices:channel.list", on=work.tenancy)
    return await Channels(work).all()


async def create(work: Work, name: str, *, mail: Sequence[str] = (), chat: str = "") -> Channel:
    """Make a channel of mail addresses or of a room's webhook. Raises Conflict when the name is taken."""
    decision = await work.permit("notices:channel.create", on=work.tenancy)
    settings = work.settings(NoticesSettings)
    if bool(mail) == bool(chat):
        raise Invalid.at("/mail", "A channel is either mail addresses or a room.", "Write one of the two.")
    if len(mail) > settings.max_recipients:
        raise Invalid.at("/mail", f"{len(mail)} addresses; at most {settings.max_recipients}.", "Use a list.")
    for i, address in enumerate(mail):
        if not ADDRESS.fullmatch(address):
            raise Invalid.at(
                f"/mail/{i}", f"{address!r} is no mail address.", "Write it as name@example.com."
            )
    no = Outbound(work.house.settings.outbound_allow.split(",")).refusal(chat) if chat else None
    if no:
        raise Invalid.at("/chat", f"The room cannot be called: {no}.", "Write https://host/path.")
    if await Channels(work).count() >= settings.max_channels:
        raise Conflict(f"This tenant has {settings.max_channels} channels, which is the limit; remove one.")
    sealed = await identity_of(work.house).seal.close(PURPOSE, chat.encode()) if chat else None
    to = tuple(mail) or (str(urlsplit(chat).hostname),)
    made = Channel(new_id(), name, "chat" if chat else "mail", to, work.now)
    if not await Channels(work).add(made, sealed):
        raise Conflict(f"There is a channel {name} already; remove it first, or choose another name.")
    await work.record(
        "notices.channel.created", made.ref, decision=decision, name=name, kind=made.kind, to=list(to)
    )
    work.emit(ChannelCreated(channel=made.id, title=name, kind=made.kind))
    return made


async def remove(work: Work, name: str) -> None:
    """Forget a channel. Raises NotFound."""
    found = await Channels(work).named(name)
    if found is None:
        raise NotFound()
    channel, _ = found
    decision = await work.permit("notices:channel.remove", on=channel)
    await Channels(work).remove(channel)
    await work.record("notices.channel.removed", channel.ref, decision=decision, name=name)
    work.emit(ChannelRemoved(channel=channel.id, title=name))
