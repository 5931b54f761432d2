"""Service accounts and the ingest keys that belong to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.problems import NotFound
from companyos.kernel.rows import Rows

from ..tables import ingest_key, oauth_grant, service_account

ROWS = Rows(
    "identity:service_account.read",
    "identity.service_account",
    service_account.c.tenant_id,
    service_account.c.id,
)
"""Where policy finds in the rows what it tests."""


@dataclass(frozen=True, slots=True)
class Account:
    """A program that acts in one tenant. `jwks` holds its public keys for private_key_jwt."""

    tenant_id: UUID
    id: UUID
    name: str
    roles: tuple[str, ...]
    environments: tuple[str, ...]
    jwks: dict[str, Any]
    status: Literal["active", "disabled"]
    version: int
    created_at: datetime

    @property
    def ref(self) -> EntityRef:
        return EntityRef("identity.service_account", str(self.id))

    @property
    def resource(self) -> Resource:
        return Resource(self.ref)


@dataclass(frozen=True, slots=True)
class IngestKey:
    """A key with which telemetry is sent; `hash` is of its secret, `sealed` the key until it is collected."""

    tenant_id: UUID
    id: UUID
    account_id: UUID
    environment: str
    hash: bytes
    created_at: datetime
    revoked_at: datetime | None
    sealed: bytes | None = field(default=None, repr=False)

    @property
    def waits(self) -> bool:
        """Whether the key itself waits to be collected."""
        return self.sealed is not None


def _account(row: Any) -> Account:
    return Account(**{**row._mapping, "roles": tuple(row.roles), "environments": tuple(row.environments)})


async def add(db: AsyncConnection, new: Account) -> None:
    await db.execute(
        insert(service_account).values(
            tenant_id=new.tenant_id,
            id=new.id,
            name=new.name,
            roles=list(new.roles),
            environments=list(new.environments),
            jwks=new.jwks,
            status=new.status,
            version=new.version,
            created_at=new.created_at,
        )
    )


async def get(db: AsyncConnection, tenant_id: UUID, account_id: UUID) -> Account:
    """Raises NotFound."""
    found = select(service_account).filter_by(tenant_id=tenant_id, id=account_id)
    row = (await db.execute(found)).one_or_none()
    if row is None:
        raise NotFound()
    return _account(row)


async def named(db: AsyncConnection, tenant_id: UUID, name: str) -> Account | None:
    row = (await db.execute(select(service_account).filter_by(tenant_id=tenant_id, name=name))).one_or_none()
    return _account(row) if row else None


async def page(
    db: AsyncConnection, tenant_id: UUID, after: Sequence[Any] | None, limit: int, seen: ColumnElement[bool]
) -> list[Account]:
    """Accounts that may be `seen`, in order of name, one more than `limit` when there are more."""
    order = (service_account.c.name, service_account.c.id)
    found = (
        select(service_account).filter_by(tenant_id=tenant_id).where(seen).order_by(*order).limit(limit + 1)
    )
    if after:
        found = found.where(tuple_(*order) > tuple(after))
    return [_account(row) for row in await db.execute(found)]


async def change(db: AsyncConnection, tenant_id: UUID, account_id: UUID, **changed: Any) -> None:
    """Set columns of an account and count its version up."""
    await db.execute(
        update(service_account)
        .filter_by(tenant_id=tenant_id, id=account_id)
        .values(**changed, version=service_account.c.version + 1)
    )


async def last_used(db: AsyncConnection, tenant_id: UUID, accounts: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each account last got a token."""
    found = (
        select(oauth_grant.c.account_id, func.max(oauth_grant.c.used_at))
        .where(oauth_grant.c.tenant_id == tenant_id, oauth_grant.c.account_id.in_(accounts))
        .group_by(oauth_grant.c.account_id)
    )
    return {row[0]: row[1] for row in await db.execute(found)}


async def add_key(db: AsyncConnection, new: IngestKey) -> None:
    await db.execute(
        insert(ingest_key).values(
            tenant_id=new.tenant_id,
            id=new.id,
            account_id=new.account_id,
            environment=new.environment,
            hash=new.hash,
            created_at=new.created_at,
            sealed=new.sealed,
        )
    )


async def take_sealed(db: AsyncConnection, tenant_id: UUID, account_id: UUID, key_id: UUID) -> bytes | None:
    """The sealed key, and forget it; None when it was taken before."""
    this = (
        ingest_key.c.tenant_id == tenant_id,
        ingest_key.c.account_id == account_id,
        ingest_key.c.id == key_id,
    )
    locked = select(ingest_key.c.sealed).where(*this, ingest_key.c.revoked_at.is_(None)).with_for_update()
    sealed: bytes | None = (await db.execute(locked)).scalar_one_or_none()
    await db.execute(update(ingest_key).where(*this).values(sealed=None))
    return sealed


async def keys_of(db: AsyncConnection, tenant_id: UUID, accounts: Sequence[UUID]) -> list[IngestKey]:
    """Living keys of accounts, oldest first."""
    found = (
        select(ingest_key)
        .where(
            ingest_key.c.tenant_id == tenant_id,
            ingest_key.c.account_id.in_(accounts),
            ingest_key.c.revoked_at.is_(None),
        )
        .order_by(ingest_key.c.created_at)
    )
    return [IngestKey(**row._mapping) for row in await db.execute(found)]


async def revoke_key(
    db: AsyncConnection, tenant_id: UUID, account_id: UUID, key_id: UUID, now: datetime
) -> bool:
    """Revoke a key; False when there is no such living key."""
    done = await db.execute(
        update(ingest_key)
        .where(
            ingest_key.c.tenant_id == tenant_id,
            ingest_key.c.account_id == account_id,
            ingest_key.c.id == key_id,
            ingest_key.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    return bool(done.rowcount)


async def by_key(db: AsyncConnection, tenant_id: UUID, hashed: bytes) -> tuple[IngestKey, Account] | None:
    """The living key with this hash and its active account."""
    row = (
        await db.execute(select(ingest_key).filter_by(tenant_id=tenant_id, hash=hashed, revoked_at=None))
    ).one_or_none()
    if row is None:
        return None
    key = IngestKey(**row._mapping)
    account = await get(db, tenant_id, key.account_id)
    return (key, account) if account.status == "active" else None
