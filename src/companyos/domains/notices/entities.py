"""How the entities of notices are loaded when policy is asked about them by name."""

from uuid import UUID

from companyos.kernel.entities import EntityRef
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from .public.types import Channel, Notice
from .store import Channels, Notices


async def load_channel(work: Work, ref: EntityRef) -> Channel:
    return await Channels(work).get(_id(ref))


async def load_notice(work: Work, ref: EntityRef) -> Notice:
    return (await Notices(work).get(_id(ref)))[0]


def _id(ref: EntityRef) -> UUID:
    try:
        return UUID(ref.id)
    except ValueError:
        raise NotFound() from None
