"""A browser's sign-in at the issuer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..rules import Proof
from ..tables import session


@dataclass(frozen=True, slots=True)
class Session:
    """Who sits at this browser, and what they have proven. `challenge` is of a passkey ceremony under way."""

    id: UUID
    hash: bytes
    person_id: UUID
    password_at: datetime
    factor_at: datetime | None
    challenge: bytes | None
    challenge_at: datetime | None
    created_at: datetime
    expires_at: datetime

    @property
    def proof(self) -> Proof:
        return Proof(self.password_at, self.factor_at)


async def find(db: AsyncConnection, hashed: bytes, now: datetime) -> Session | None:
    """The living session behind a cookie."""
    found = select(session).where(session.c.hash == hashed, session.c.expires_at > now)
    row = (await db.execute(found)).one_or_none()
    return Session(**row._mapping) if row else None


async def add(
    db: AsyncConnection, session_id: UUID, hashed: bytes, person_id: UUID, now: datetime, until: datetime
) -> None:
    """Keep a session that was opened with a password just now."""
    await db.execute(
        insert(session).values(
            id=session_id,
            hash=hashed,
            person_id=person_id,
            password_at=now,
            created_at=now,
            expires_at=until,
        )
    )


async def prove_factor(db: AsyncConnection, session_id: UUID, hashed: bytes, now: datetime) -> None:
    """Note a second factor; the cookie changes, so that one planted before is worth nothing after."""
    await db.execute(
        update(session)
        .filter_by(id=session_id)
        .values(factor_at=now, hash=hashed, challenge=None, challenge_at=None)
    )


async def set_challenge(db: AsyncConnection, session_id: UUID, challenge: bytes, now: datetime) -> None:
    await db.execute(update(session).filter_by(id=session_id).values(challenge=challenge, challenge_at=now))


async def take_challenge(db: AsyncConnection, session_id: UUID) -> None:
    """A challenge is good for one answer, right or wrong."""
    await db.execute(update(session).filter_by(id=session_id).values(challenge=None, challenge_at=None))


async def end(db: AsyncConnection, session_id: UUID) -> None:
    await db.execute(delete(session).filter_by(id=session_id))


async def end_all(db: AsyncConnection, person_id: UUID) -> None:
    """End every browser's sign-in of a person."""
    await db.execute(delete(session).filter_by(person_id=person_id))
