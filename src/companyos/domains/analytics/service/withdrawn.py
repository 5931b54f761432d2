"""What was collected of people who took their consent back is read no more, until they give it again."""

from collections.abc import Sequence
from uuid import UUID

from companyos.kernel.house import House
from companyos.kernel.ports.lake import Hidden, Lake, LakeTable
from companyos.spines.data.withdrawn import withdrawn_of

from ..tables import EVENTS
from .analytics import analytics_of

SCOPE = "product_analytics"


def hide_withdrawn(house: House) -> None:
    """From now on every reader of events leaves out those of people who withdrew, from before they did."""

    async def hiding(table: LakeTable, tenant: UUID) -> Sequence[Hidden]:
        if table is not EVENTS:
            return ()
        people = await withdrawn_of(house).people(tenant, SCOPE)
        if not people:
            return ()
        pseudonyms = await analytics_of(house).intake.pseudonyms(tenant)
        return [Hidden(tenant, "user_id", pseudonyms.of(str(one.person)), one.since) for one in people]

    house.adapter(Lake).hide(hiding)
