"""How a frozen view is loaded when policy is asked about it by name."""

from uuid import UUID

from companyos.kernel.entities import EntityRef
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from .store import FrozenView, FrozenViews


async def load_frozen_view(work: Work, ref: EntityRef) -> FrozenView:
    try:
        id_ = UUID(ref.id)
    except ValueError:
        raise NotFound() from None
    return await FrozenViews(work).get(id_)
