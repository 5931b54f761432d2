"""Device codes (RFC 8628): a device without a browser waits here for a person's approval."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..rules import Proof
from ..tables import device_code


@dataclass(frozen=True, slots=True)
class Device:
    """A device code. `status`: "waiting", "approved" or "denied"; the person is known once approved."""

    hash: bytes
    user_code: str
    client_id: str
    scope: str
    tenant: str | None
    environment: str | None
    mfa: bool
    max_age: int | None
    status: str
    person_id: UUID | None
    session_id: UUID | None
    acr: str | None
    auth_time: datetime | None
    interval: int
    created_at: datetime
    polled_at: datetime | None
    expires_at: datetime


async def add(db: AsyncConnection, new: Device) -> None:
    await db.execute(insert(device_code).values(**{name: getattr(new, name) for name in new.__slots__}))


async def lock(db: AsyncConnection, hashed: bytes) -> Device | None:
    row = (await db.execute(select(device_code).filter_by(hash=hashed).with_for_update())).one_or_none()
    return Device(**row._mapping) if row else None


async def waiting(db: AsyncConnection, user_code: str, now: datetime) -> Device | None:
    """The waiting device behind a user code, locked so that it is answered once."""
    found = select(device_code).where(
        device_code.c.user_code == user_code,
        device_code.c.status == "waiting",
        device_code.c.expires_at > now,
    )
    row = (await db.execute(found.with_for_update())).one_or_none()
    return Device(**row._mapping) if row else None


async def polled(db: AsyncConnection, device: Device, interval: int, now: datetime) -> None:
    await db.execute(update(device_code).filter_by(hash=device.hash).values(polled_at=now, interval=interval))


async def approve(
    db: AsyncConnection, device: Device, person_id: UUID, session_id: UUID, proof: Proof
) -> None:
    await db.execute(
        update(device_code)
        .filter_by(hash=device.hash)
        .values(
            status="approved",
            person_id=person_id,
            session_id=session_id,
            acr=proof.acr,
            auth_time=proof.auth_time,
        )
    )


async def deny(db: AsyncConnection, device: Device) -> None:
    await db.execute(update(device_code).filter_by(hash=device.hash).values(status="denied"))


async def remove(db: AsyncConnection, device: Device) -> None:
    await db.execute(delete(device_code).filter_by(hash=device.hash))
