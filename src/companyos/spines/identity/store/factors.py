"""Second factors of people: passkeys, one-time codes by TOTP, recovery codes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from ..tables import passkey, recovery_code, totp


@dataclass(frozen=True, slots=True)
class Totp:
    """A TOTP seed (sealed) and the counter of the last code that was accepted."""

    person_id: UUID
    sealed: bytes
    last_counter: int
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Passkey:
    """A WebAuthn credential."""

    id: bytes
    person_id: UUID
    name: str
    public_key: bytes
    sign_count: int
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """What second factors a person has."""

    totp: bool
    passkeys: tuple[Passkey, ...]
    recovery_codes: int

    def __bool__(self) -> bool:
        return self.totp or bool(self.passkeys)


async def of_person(db: AsyncConnection, person_id: UUID) -> Factors:
    confirmed = select(func.count()).where(totp.c.person_id == person_id, totp.c.confirmed_at.is_not(None))
    keys = await db.execute(select(passkey).filter_by(person_id=person_id).order_by(passkey.c.created_at))
    codes = select(func.count()).select_from(recovery_code).filter_by(person_id=person_id)
    return Factors(
        totp=bool((await db.execute(confirmed)).scalar_one()),
        passkeys=tuple(Passkey(**row._mapping) for row in keys),
        recovery_codes=int((await db.execute(codes)).scalar_one()),
    )


async def lock_totp(db: AsyncConnection, person_id: UUID) -> Totp | None:
    """The person's TOTP, locked: of two that present the same code at once, one is the second."""
    row = (await db.execute(select(totp).filter_by(person_id=person_id).with_for_update())).one_or_none()
    return Totp(**row._mapping) if row else None


async def put_totp(
    db: AsyncConnection, person_id: UUID, sealed: bytes, *, confirmed_at: datetime | None = None
) -> None:
    """Keep a seed; one that waits for its first code is replaced, a confirmed one is not."""
    new = upsert(totp).values(person_id=person_id, sealed=sealed, last_counter=0, confirmed_at=confirmed_at)
    await db.execute(
        new.on_conflict_do_update(
            index_elements=["person_id"],
            set_={"sealed": sealed, "last_counter": 0, "confirmed_at": confirmed_at},
            where=totp.c.confirmed_at.is_(None),
        )
    )


async def accept_totp(db: AsyncConnection, person_id: UUID, counter: int, confirmed_at: datetime) -> None:
    """Note the counter of an accepted code, and that the seed is confirmed."""
    await db.execute(
        update(totp)
        .filter_by(person_id=person_id)
        .values(last_counter=counter, confirmed_at=func.coalesce(totp.c.confirmed_at, confirmed_at))
    )


async def remove_totp(db: AsyncConnection, person_id: UUID) -> bool:
    gone = await db.execute(delete(totp).filter_by(person_id=person_id))
    return bool(gone.rowcount)


async def add_passkey(db: AsyncConnection, new: Passkey) -> None:
    await db.execute(
        insert(passkey).values(
            id=new.id,
            person_id=new.person_id,
            name=new.name,
            public_key=new.public_key,
            sign_count=new.sign_count,
            created_at=new.created_at,
        )
    )


async def lock_passkey(db: AsyncConnection, person_id: UUID, credential: bytes) -> Passkey | None:
    found = select(passkey).filter_by(id=credential, person_id=person_id).with_for_update()
    row = (await db.execute(found)).one_or_none()
    return Passkey(**row._mapping) if row else None


async def use_passkey(db: AsyncConnection, credential: bytes, sign_count: int, now: datetime) -> None:
    await db.execute(update(passkey).filter_by(id=credential).values(sign_count=sign_count, used_at=now))


async def remove_passkey(db: AsyncConnection, person_id: UUID, credential: bytes) -> bool:
    gone = await db.execute(delete(passkey).filter_by(id=credential, person_id=person_id))
    return bool(gone.rowcount)


async def replace_recovery_codes(db: AsyncConnection, person_id: UUID, hashes: Iterable[bytes]) -> None:
    """A new set of codes voids the old one."""
    await db.execute(delete(recovery_code).filter_by(person_id=person_id))
    await db.execute(insert(recovery_code), [{"person_id": person_id, "hash": one} for one in hashes])


async def take_recovery_code(db: AsyncConnection, person_id: UUID, hashed: bytes) -> bool:
    """Use a recovery code up; False when it is not one."""
    gone = await db.execute(delete(recovery_code).filter_by(person_id=person_id, hash=hashed))
    return bool(gone.rowcount)
