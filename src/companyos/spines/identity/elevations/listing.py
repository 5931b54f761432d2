"""Who sees which elevations: everybody their own, and who may read anybody's all of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.work import Work

from ..store import elevations
from ..store.elevations import ElevationRequest

ANYBODYS = Resource(
    EntityRef("identity.elevation", "anybody's"),
    {"kind": "role", "role": "", "action": "", "break_glass": False},
)
"""What stands for an elevation of somebody else when policy is asked about all of them."""


async def page(
    work: Work,
    *,
    mine: bool,
    states: Sequence[str],
    unreviewed: bool,
    after: Sequence[Any] | None,
    limit: int,
) -> list[ElevationRequest]:
    """Newest first, one more than `limit` when there are more."""
    await work.permit("identity:elevation.list", work.tenancy)
    everybodys = not mine and (await work.decide("identity:elevation.read", ANYBODYS)).allowed
    return await elevations.page(
        work.db,
        work.tenant,
        person=None if everybodys else UUID(work.actor.id),
        states=states,
        unreviewed=unreviewed,
        after=after,
        limit=limit,
    )
