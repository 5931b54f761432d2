"""People and their memberships."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, case, delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.problems import NotFound
from companyos.kernel.rows import Rows

from ..tables import external_identity, invitation, membership, passkey, person, tenant, totp

ROWS = Rows("identity:person.read", "identity.person", membership.c.tenant_id, membership.c.person_id)
"""Where policy finds in the rows what it tests."""


@dataclass(frozen=True, slots=True)
class Person:
    """A human being, known by email; may be a member of several tenants."""

    id: UUID
    email: str
    name: str
    status: str
    password: str | None
    last_tenant: UUID | None
    last_environment: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A person as one tenant sees them. `second_factor`: "passkey", "totp" or None."""

    id: UUID
    email: str
    name: str
    roles: tuple[str, ...]
    environments: tuple[str, ...]
    status: str
    second_factor: str | None
    version: int
    created_at: datetime

    @property
    def ref(self) -> EntityRef:
        return ref(self.id)

    @property
    def resource(self) -> Resource:
        return Resource(self.ref)


@dataclass(frozen=True, slots=True)
class Membership:
    """Where a person belongs, and as what."""

    tenant: UUID
    slug: str
    name: str
    demo: bool
    roles: tuple[str, ...]
    environments: tuple[str, ...]


def new(
    email: str, name: str, now: datetime, *, id: UUID | None = None, password: str | None = None
) -> Person:
    """An active person, not yet kept. The id is random and tells no time: an invited person's must look like any."""
    return Person(id or uuid4(), email.strip().lower(), name, "active", password, None, None, now)


def ref(person_id: UUID) -> EntityRef:
    """How other parts name a person."""
    return EntityRef("identity.person", str(person_id))


async def by_email(db: AsyncConnection, email: str) -> Person | None:
    row = (await db.execute(select(person).filter_by(email=email.strip().lower()))).one_or_none()
    return Person(**row._mapping) if row else None


async def by_id(db: AsyncConnection, person_id: UUID) -> Person | None:
    row = (await db.execute(select(person).filter_by(id=person_id))).one_or_none()
    return Person(**row._mapping) if row else None


async def add(db: AsyncConnection, new: Person) -> None:
    await db.execute(
        insert(person).values(
            id=new.id,
            email=new.email.strip().lower(),
            name=new.name,
            status=new.status,
            password=new.password,
            created_at=new.created_at,
        )
    )


async def set_password(db: AsyncConnection, person_id: UUID, hashed: str) -> None:
    await db.execute(update(person).filter_by(id=person_id).values(password=hashed))


async def remember_context(db: AsyncConnection, person_id: UUID, tenant_id: UUID, environment: str) -> None:
    """Where the person worked last is where the next sign-in goes by default."""
    await db.execute(
        update(person).filter_by(id=person_id).values(last_tenant=tenant_id, last_environment=environment)
    )


SHOWN_NAME = case((membership.c.joined_at.is_(None), membership.c.name), else_=person.c.name)
"""A tenant calls people as it invited them until they come; before that it learns nothing of their account."""


def _members(tenant_id: UUID) -> Select[Any]:
    confirmed = (totp.c.person_id == person.c.id) & totp.c.confirmed_at.is_not(None)
    has_passkey = select(passkey.c.id).where(passkey.c.person_id == person.c.id).exists()
    return (
        select(
            person.c.id,
            person.c.email,
            SHOWN_NAME.label("name"),
            membership.c.joined_at,
            membership.c.roles,
            membership.c.environments,
            membership.c.status,
            membership.c.version,
            membership.c.created_at,
            has_passkey.label("has_passkey"),
            select(totp.c.person_id).where(confirmed).exists().label("has_totp"),
        )
        .join(membership, membership.c.person_id == person.c.id)
        .where(membership.c.tenant_id == tenant_id)
    )


def _second_factor(row: Any) -> str | None:
    return "passkey" if row.has_passkey else "totp" if row.has_totp else None


def _member(row: Any) -> Member:
    return Member(
        row.id,
        row.email,
        row.name,
        tuple(row.roles),
        tuple(row.environments),
        row.status,
        _second_factor(row) if row.joined_at else None,
        row.version,
        row.created_at,
    )


async def members(
    db: AsyncConnection, tenant_id: UUID, after: Sequence[Any] | None, limit: int, seen: ColumnElement[bool]
) -> list[Member]:
    """Members that may be `seen`, in order of name, one more than `limit` when there are more."""
    found = _members(tenant_id).where(seen).order_by(SHOWN_NAME, person.c.id).limit(limit + 1)
    if after:
        found = found.where(tuple_(SHOWN_NAME, person.c.id) > tuple(after))
    return [_member(row) for row in await db.execute(found)]


async def member(db: AsyncConnection, tenant_id: UUID, person_id: UUID) -> Member:
    """Raises NotFound for a person who is not a member, whoever they are elsewhere."""
    row = (await db.execute(_members(tenant_id).where(person.c.id == person_id))).one_or_none()
    if row is None:
        raise NotFound()
    return _member(row)


async def has_membership(db: AsyncConnection, tenant_id: UUID, person_id: UUID) -> bool:
    """Whether the person is a member, locked or not."""
    found = select(membership.c.person_id).filter_by(tenant_id=tenant_id, person_id=person_id)
    return (await db.execute(found)).first() is not None


async def put_membership(
    db: AsyncConnection,
    tenant_id: UUID,
    person_id: UUID,
    name: str,
    roles: Sequence[str],
    environments: Sequence[str],
    now: datetime,
) -> None:
    """Add a membership; `name` is what the tenant calls the person until they join."""
    await db.execute(
        insert(membership).values(
            tenant_id=tenant_id,
            person_id=person_id,
            name=name,
            roles=list(roles),
            environments=list(environments),
            status="active",
            version=1,
            created_at=now,
        )
    )


async def change_membership(db: AsyncConnection, tenant_id: UUID, person_id: UUID, **changed: Any) -> None:
    """Set columns of a membership and count its version up."""
    await db.execute(
        update(membership)
        .filter_by(tenant_id=tenant_id, person_id=person_id)
        .values(**changed, version=membership.c.version + 1)
    )


async def memberships(db: AsyncConnection, person_id: UUID) -> list[Membership]:
    """Active memberships in all tenants, in order of name; needs the person in the transaction."""
    return [_membership(row) for row in await db.execute(_memberships(person_id))]


async def memberships_in(db: AsyncConnection, tenant_id: UUID, person_id: UUID) -> list[Membership]:
    """The active membership in one tenant, or none."""
    found = _memberships(person_id).where(membership.c.tenant_id == tenant_id)
    return [_membership(row) for row in await db.execute(found)]


def _memberships(person_id: UUID) -> Select[Any]:
    return (
        select(
            tenant.c.id,
            tenant.c.slug,
            tenant.c.name,
            tenant.c.demo,
            membership.c.roles,
            membership.c.environments,
        )
        .join(tenant, tenant.c.id == membership.c.tenant_id)
        .where(membership.c.person_id == person_id, membership.c.status == "active")
        .order_by(tenant.c.name, tenant.c.id)
    )


def _membership(row: Any) -> Membership:
    return Membership(row.id, row.slug, row.name, row.demo, tuple(row.roles), tuple(row.environments))


async def add_invitation(db: AsyncConnection, hashed: bytes, person_id: UUID, expires_at: datetime) -> None:
    await db.execute(insert(invitation).values(hash=hashed, person_id=person_id, expires_at=expires_at))


async def take_invitation(db: AsyncConnection, hashed: bytes, person_id: UUID, now: datetime) -> bool:
    """Use a one-time code up; False when it is unknown, used, another person's or too old."""
    gone = await db.execute(
        delete(invitation).where(
            invitation.c.hash == hashed, invitation.c.person_id == person_id, invitation.c.expires_at > now
        )
    )
    return gone.rowcount == 1


async def by_external(db: AsyncConnection, issuer: str, subject: str) -> UUID | None:
    """Which person a subject of an external issuer is."""
    found = select(external_identity.c.person_id).filter_by(issuer=issuer, subject=subject)
    return (await db.execute(found)).scalar_one_or_none()


async def link_external(
    db: AsyncConnection, issuer: str, subject: str, person_id: UUID, now: datetime
) -> None:
    await db.execute(
        insert(external_identity).values(issuer=issuer, subject=subject, person_id=person_id, created_at=now)
    )
