"""Reading and renaming tenants."""

from uuid import UUID

from companyos.kernel.http import check_version
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..events import TenantRenamed
from ..store import people, tenants
from ..wire import TenantOut


async def known(work: Work) -> list[TenantOut]:
    """The token's tenant, and the others that the caller is a member of, in order of name."""
    await work.permit("identity:tenant.read", work.tenancy)
    found = [await _here(work)]
    if work.actor.kind == "person":
        for membership in await people.memberships(work.db, UUID(work.actor.id)):
            if membership.tenant != work.tenant:
                found.append(await _elsewhere(work, membership))
    return sorted(found, key=lambda tenant: (tenant.name, tenant.slug))


async def one(work: Work, slug: str) -> tuple[TenantOut, int]:
    """One of the known tenants with its version. Raises NotFound for any other, existing or not."""
    await work.permit("identity:tenant.read", work.tenancy)
    here = await tenants.by_id(work.db, work.tenant)
    if slug in (here.slug, str(here.id)):
        return await _here(work), here.version
    if work.actor.kind == "person":
        for membership in await people.memberships(work.db, UUID(work.actor.id)):
            if slug in (membership.slug, str(membership.tenant)):
                there = await tenants.by_id(work.db, membership.tenant)
                return await _elsewhere(work, membership), there.version
    raise NotFound()


async def rename(work: Work, slug: str, name: str, if_match: str | None) -> tuple[TenantOut, int]:
    """Give the token's tenant another name."""
    here = await tenants.by_id(work.db, work.tenant)
    if slug not in (here.slug, str(here.id)):
        raise NotFound()
    decision = await work.permit("identity:tenant.update", work.tenancy)
    check_version(if_match, here.version)
    await tenants.rename(work.db, here.id, name)
    await work.record("identity.tenant.renamed", here.ref, decision=decision, old=here.name, new=name)
    work.emit(TenantRenamed(tenant=here.id, title=name))
    return await _here(work), here.version + 1


async def _here(work: Work) -> TenantOut:
    tenant = await tenants.by_id(work.db, work.tenant)
    return TenantOut(
        id=tenant.id,
        slug=tenant.slug,
        name=tenant.name,
        region=tenant.region,
        environments=await tenants.environments_of(work.db, tenant.id),
        demo=tenant.demo,
        people=await tenants.people_in(work.db, tenant.id),
        created_at=tenant.created_at,
    )


async def _elsewhere(work: Work, membership: people.Membership) -> TenantOut:
    tenant = await tenants.by_id(work.db, membership.tenant)
    return TenantOut(
        id=tenant.id,
        slug=tenant.slug,
        name=tenant.name,
        region=tenant.region,
        environments=list(membership.environments),
        demo=tenant.demo,
        people=None,
        created_at=tenant.created_at,
    )
