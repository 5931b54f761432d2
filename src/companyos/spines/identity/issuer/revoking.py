"""Ending a sign-in: its grant is revoked in every tenant that it was used in, and with it every token."""

from typing import Literal
from uuid import UUID

from companyos.kernel.entities import EntityRef
from companyos.kernel.house import House
from companyos.kernel.work import SYSTEM, Actor, Work

from ..events import GrantRevoked
from ..store import grants

Cause = Literal["signed_out", "ended", "locked", "revoked", "reused"]


async def revoke_everywhere(house: House, person: UUID, grant: UUID, *, because: Cause) -> None:
    """Revoke a person's grant wherever it stands. Where somebody replayed a token, the system is the actor."""
    himself = Actor("person", str(person), "")
    async with house.begin(actor=himself) as work:
        places = await grants.tenants_of(work.db, grant, person)
    for tenant in places:
        async with house.begin(tenant=tenant, actor=SYSTEM if because == "reused" else himself) as work:
            await revoke_here(work, grant, because=because)


async def revoke_here(work: Work, grant: UUID, *, because: Cause) -> bool:
    """Revoke a grant in the Work's tenant; False when nothing stood there."""
    if not await grants.revoke(work.db, work.tenant, grant, work.now):
        return False
    await work.record("identity.grant.revoked", EntityRef("identity.grant", str(grant)), because=because)
    work.emit(GrantRevoked(grant=grant, because=because))
    return True
