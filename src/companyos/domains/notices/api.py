"""HTTP entrance of notices."""

from datetime import datetime
from typing import get_args
from uuid import UUID

from fastapi import APIRouter

from companyos.kernel.http import Page, SliceDep, WorkDep
from companyos.kernel.ports.chat import Chat
from companyos.kernel.ports.mail import Inspectable, Mail

from .public.types import Kind
from .service import channels, notices
from .wire import ChannelIn, ChannelOut, ChannelsOut, Name, NoticeOut, NoticeReadOut

router = APIRouter(tags=["notices"])


@router.get("/channels")
async def list_channels(work: WorkDep) -> ChannelsOut:
    """The channels over which people are told things, by name."""
    found = await channels.list_channels(work)
    ports = dict(zip(get_args(Kind), (Mail, Chat), strict=True))
    captured = [kind for kind, port in ports.items() if isinstance(work.house.adapter(port), Inspectable)]
    return ChannelsOut(items=[ChannelOut.model_validate(one) for one in found], captured=captured)


@router.post("/channels", status_code=201)
async def create_channel(work: WorkDep, body: ChannelIn) -> ChannelOut:
    """Make a channel; services are reached through the channel that is called like their owner."""
    return ChannelOut.model_validate(await channels.create(work, body.name, mail=body.mail, chat=body.chat))


@router.delete("/channels/{name}", status_code=204)
async def remove_channel(work: WorkDep, name: Name) -> None:
    """Forget a channel; what was told over it stays."""
    await channels.remove(work, name)


@router.get("/notices")
async def list_notices(work: WorkDep, slice: SliceDep) -> Page[NoticeOut]:
    """What was told over the channels, newest first."""
    found = await notices.page(work, slice.start(datetime.fromisoformat, UUID), slice.limit)
    rows, following = slice.page(found, lambda one: (one.at.isoformat(), one.id))
    return Page(items=[NoticeOut.model_validate(one) for one in rows], next=following)


@router.get("/notices/{id}")
async def get_notice(work: WorkDep, id: UUID) -> NoticeReadOut:
    """One notice, with the letter or post itself where it was kept instead of sent."""
    notice, kept = await notices.read(work, id)
    return NoticeReadOut(**NoticeOut.model_validate(notice).model_dump(), kept=kept)
