"""How the entities of identity are loaded for a decision."""

from collections.abc import Mapping
from uuid import UUID

from companyos.kernel.domain import LoadEntity
from companyos.kernel.entities import EntityRef, Guarded
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from .elevations.holding import load as load_elevation
from .store import accounts, people, tenants


def _uuid(ref: EntityRef) -> UUID:
    try:
        return UUID(ref.id)
    except ValueError:
        raise NotFound() from None


async def _tenant(work: Work, ref: EntityRef) -> Guarded:
    if _uuid(ref) != work.tenant:
        raise NotFound()
    return await tenants.by_id(work.db, work.tenant)


async def _person(work: Work, ref: EntityRef) -> Guarded:
    return await people.member(work.db, work.tenant, _uuid(ref))


async def _account(work: Work, ref: EntityRef) -> Guarded:
    return await accounts.get(work.db, work.tenant, _uuid(ref))


ENTITIES: Mapping[str, LoadEntity] = {
    "identity.tenant": _tenant,
    "identity.person": _person,
    "identity.service_account": _account,
    "identity.elevation": load_elevation,
}
