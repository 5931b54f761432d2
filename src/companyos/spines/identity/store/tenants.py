"""Tenants and their environments."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.problems import NotFound

from ..tables import environment, membership, tenant


@dataclass(frozen=True, slots=True)
class Tenant:
    """An isolation unit: everything in CompanyOS belongs to exactly one."""

    id: UUID
    slug: str
    name: str
    region: str
    demo: bool
    version: int
    created_at: datetime

    @property
    def ref(self) -> EntityRef:
        return EntityRef("identity.tenant", str(self.id))

    @property
    def resource(self) -> Resource:
        return Resource(self.ref)


async def enter(db: AsyncConnection, tenant_id: UUID) -> None:
    """Go on in another tenant within the same transaction: a sign-in that changes tenants must be one change."""
    await db.execute(text("select set_config('companyos.tenant', :id, true)"), {"id": str(tenant_id)})


async def add(db: AsyncConnection, new: Tenant, environments: Sequence[str]) -> None:
    """Keep a new tenant with its environments, the first being the default; the transaction enters it."""
    await db.execute(
        insert(tenant).values(
            id=new.id,
            slug=new.slug,
            name=new.name,
            region=new.region,
            demo=new.demo,
            version=new.version,
            created_at=new.created_at,
        )
    )
    await enter(db, new.id)
    await db.execute(
        insert(environment),
        [
            {"tenant_id": new.id, "name": name, "rank": rank, "created_at": new.created_at}
            for rank, name in enumerate(environments)
        ],
    )


async def by_id(db: AsyncConnection, tenant_id: UUID) -> Tenant:
    """Raises NotFound."""
    row = (await db.execute(select(tenant).filter_by(id=tenant_id))).one_or_none()
    if row is None:
        raise NotFound()
    return Tenant(**row._mapping)


async def by_slug(db: AsyncConnection, slug: str) -> Tenant | None:
    """The tenant by its slug or by the text of its id; None when there is none."""
    key = tenant.c.slug == slug
    with suppress(ValueError):  # it is a slug then
        key |= tenant.c.id == UUID(slug)
    row = (await db.execute(select(tenant).where(key))).one_or_none()
    return Tenant(**row._mapping) if row else None


async def of_person(db: AsyncConnection, person_id: UUID) -> list[Tenant]:
    """Tenants that the person is an active member of, in order of name; needs the person in the transaction."""
    rows = await db.execute(
        select(tenant)
        .join(membership, membership.c.tenant_id == tenant.c.id)
        .where(membership.c.person_id == person_id, membership.c.status == "active")
        .order_by(tenant.c.name, tenant.c.id)
    )
    return [Tenant(**row._mapping) for row in rows]


async def all_ids(db: AsyncConnection) -> list[UUID]:
    """Every tenant, for upkeep."""
    return list((await db.execute(select(tenant.c.id))).scalars())


async def environments_of(db: AsyncConnection, tenant_id: UUID) -> list[str]:
    """Names of the tenant's environments, the default first."""
    found = select(environment.c.name).filter_by(tenant_id=tenant_id).order_by(environment.c.rank)
    return list((await db.execute(found)).scalars())


async def rename(db: AsyncConnection, tenant_id: UUID, name: str) -> None:
    """Change the name and count the version up."""
    await db.execute(update(tenant).filter_by(id=tenant_id).values(name=name, version=tenant.c.version + 1))


async def people_in(db: AsyncConnection, tenant_id: UUID) -> int:
    """How many active members the tenant has."""
    count = select(func.count()).select_from(membership).filter_by(tenant_id=tenant_id, status="active")
    return int((await db.execute(count)).scalar_one())
