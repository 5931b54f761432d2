"""Grants: one sign-in of a person (or service account) with one client, and the tokens that hang on it.

A grant has a row in each tenant that it was used in, all with the same id: revoking it means all of them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from ..tables import authorization_code, membership, oauth_grant, refresh_token, used_assertion


@dataclass(frozen=True, slots=True)
class Grant:
    """A sign-in with a client. `device` is what the client called itself, for people to recognise it by."""

    tenant_id: UUID
    id: UUID
    person_id: UUID | None
    account_id: UUID | None
    session_id: UUID | None
    client_id: str
    scope: str
    acr: str | None
    auth_time: datetime | None
    device: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code with everything that it was given for."""

    tenant_id: UUID
    hash: bytes
    grant_id: UUID
    person_id: UUID
    session_id: UUID
    client_id: str
    redirect_uri: str
    code_challenge: str
    nonce: str | None
    scope: str
    environment: str
    acr: str
    auth_time: datetime
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Refresh:
    """A refresh token; `used_at` is set when it was exchanged for its successor."""

    tenant_id: UUID
    hash: bytes
    grant_id: UUID
    environment: str
    expires_at: datetime
    used_at: datetime | None


async def add_code(db: AsyncConnection, code: Code) -> None:
    await db.execute(insert(authorization_code).values(**_columns(code)))


async def lock_code(db: AsyncConnection, tenant_id: UUID, hashed: bytes) -> Code | None:
    """The code, locked until the transaction ends, so that it can be exchanged once only."""
    found = select(authorization_code).filter_by(tenant_id=tenant_id, hash=hashed).with_for_update()
    row = (await db.execute(found)).one_or_none()
    return Code(**row._mapping) if row else None


async def use_code(db: AsyncConnection, code: Code, now: datetime) -> None:
    await db.execute(
        update(authorization_code).filter_by(tenant_id=code.tenant_id, hash=code.hash).values(used_at=now)
    )


async def put(db: AsyncConnection, grant: Grant) -> bool:
    """Keep the grant's row in its tenant; True when it is new there."""
    new = upsert(oauth_grant).values(**_columns(grant)).on_conflict_do_nothing()
    if (await db.execute(new)).rowcount:
        if grant.person_id is not None:
            await _joined(db, grant.tenant_id, grant.person_id, grant.created_at)
        return True
    await touch(db, grant.tenant_id, grant.id, grant.used_at)
    return False


async def _joined(db: AsyncConnection, tenant_id: UUID, person_id: UUID, now: datetime) -> None:
    """Note a member's first sign-in to the tenant."""
    mine = membership.c.tenant_id == tenant_id, membership.c.person_id == person_id
    await db.execute(update(membership).where(*mine, membership.c.joined_at.is_(None)).values(joined_at=now))


async def touch(db: AsyncConnection, tenant_id: UUID, grant_id: UUID, now: datetime) -> None:
    """Note that the grant was used."""
    await db.execute(update(oauth_grant).filter_by(tenant_id=tenant_id, id=grant_id).values(used_at=now))


async def get(db: AsyncConnection, tenant_id: UUID, grant_id: UUID) -> Grant | None:
    row = (await db.execute(select(oauth_grant).filter_by(tenant_id=tenant_id, id=grant_id))).one_or_none()
    return Grant(**row._mapping) if row else None


async def add_refresh(db: AsyncConnection, token: Refresh) -> None:
    await db.execute(insert(refresh_token).values(**_columns(token)))


async def lock_refresh(db: AsyncConnection, tenant_id: UUID, hashed: bytes) -> Refresh | None:
    """The refresh token, locked until the transaction ends: of two that use it at once, one is the second."""
    found = select(refresh_token).filter_by(tenant_id=tenant_id, hash=hashed).with_for_update()
    row = (await db.execute(found)).one_or_none()
    return Refresh(**row._mapping) if row else None


async def use_refresh(db: AsyncConnection, token: Refresh, now: datetime) -> None:
    await db.execute(
        update(refresh_token).filter_by(tenant_id=token.tenant_id, hash=token.hash).values(used_at=now)
    )


async def tenants_of(db: AsyncConnection, grant_id: UUID, person_id: UUID) -> list[UUID]:
    """Tenants in which a person's grant still stands; needs the person in the transaction."""
    found = select(oauth_grant.c.tenant_id).where(
        oauth_grant.c.id == grant_id,
        oauth_grant.c.person_id == person_id,
        oauth_grant.c.revoked_at.is_(None),
    )
    return list((await db.execute(found)).scalars())


async def of_session(db: AsyncConnection, session_id: UUID, person_id: UUID) -> set[UUID]:
    """Grants that came from one browser session; needs the person in the transaction."""
    found = select(oauth_grant.c.id).where(
        oauth_grant.c.session_id == session_id,
        oauth_grant.c.person_id == person_id,
        oauth_grant.c.revoked_at.is_(None),
    )
    return set((await db.execute(found)).scalars())


async def of_person(db: AsyncConnection, tenant_id: UUID, person_id: UUID, now: datetime) -> list[Grant]:
    """Living grants of a person in a tenant, the last used first."""
    found = (
        select(oauth_grant)
        .where(
            oauth_grant.c.tenant_id == tenant_id,
            oauth_grant.c.person_id == person_id,
            oauth_grant.c.revoked_at.is_(None),
            oauth_grant.c.expires_at > now,
        )
        .order_by(oauth_grant.c.used_at.desc(), oauth_grant.c.id)
    )
    return [Grant(**row._mapping) for row in await db.execute(found)]


async def revoke(db: AsyncConnection, tenant_id: UUID, grant_id: UUID, now: datetime) -> bool:
    """Revoke the grant's row in one tenant; False when there was nothing to revoke."""
    done = await db.execute(
        update(oauth_grant)
        .where(
            oauth_grant.c.tenant_id == tenant_id,
            oauth_grant.c.id == grant_id,
            oauth_grant.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    return bool(done.rowcount)


async def revoke_of_person(db: AsyncConnection, tenant_id: UUID, person_id: UUID, now: datetime) -> int:
    """Revoke all grants of a person in one tenant; returns how many."""
    done = await db.execute(
        update(oauth_grant)
        .where(
            oauth_grant.c.tenant_id == tenant_id,
            oauth_grant.c.person_id == person_id,
            oauth_grant.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    return done.rowcount


async def use_assertion(db: AsyncConnection, tenant_id: UUID, hashed: bytes, until: datetime) -> bool:
    """Note a client assertion's id; False when it was used before (RFC 7523 §3, rule 7)."""
    new = upsert(used_assertion).values(tenant_id=tenant_id, hash=hashed, expires_at=until)
    return bool((await db.execute(new.on_conflict_do_nothing())).rowcount)


def _columns(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}
