"""What people do to their own account is recorded in every tenant that they are a member of."""

from typing import Any

from companyos.kernel.entities import EntityRef
from companyos.kernel.house import House

from ..store import people
from .issuing import as_person


async def record_own(house: House, person: people.Person, action: str, **detail: Any) -> None:
    """One audit record per tenant, in transactions of their own: no tenant sees another's."""
    actor = as_person(person.id, person.name)
    async with house.begin(actor=actor) as work:
        places = await people.memberships(work.db, person.id)
    for place in places:
        async with house.begin(tenant=place.tenant, actor=actor) as work:
            await work.record(action, EntityRef("identity.person", str(person.id)), **detail)
