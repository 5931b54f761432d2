"""Throttling of guesses, by account and by address, in the database so that a restart forgives nothing.

An attempt is counted before it is checked and forgiven when it was right, so attempts side by side gain nothing.
Unknown accounts are counted like known ones, so that waiting tells nothing.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.kernel.house import House

from .rules import wait_after
from .settings import IdentitySettings
from .tables import throttle

FORGET = timedelta(hours=1)


def account_key(email: str) -> tuple[str, str]:
    """The key of an account, whether it exists or not."""
    return ("account", email.strip().lower())


def address_key(address: str) -> tuple[str, str]:
    """The key of a network address."""
    return ("address", address)


async def attempt(house: House, *keys: tuple[str, str]) -> int:
    """Count one attempt under each key. Returns 0 when it may go on, else the seconds to wait."""
    settings = house.settings_of(IdentitySettings)
    longest = 0
    async with house.begin() as work:
        for kind, value in sorted(keys):
            free = settings.attempts_per_address if kind == "address" else settings.attempts_per_account
            wait = await _count(work.db, _digest(kind, value), free, settings.throttle_seconds, work.now)
            longest = max(longest, wait)
    return longest


async def forgive(db: AsyncConnection, *keys: tuple[str, str]) -> None:
    """The last attempt was right: forget those of the account, and this one of the address.

    An address keeps the others, so that an own account cannot be used to wash an address clean.
    """
    for kind, value in sorted(keys):
        mine = throttle.c.key == _digest(kind, value)
        if kind == "address":
            fewer = func.greatest(throttle.c.attempts - 1, 0)
            await db.execute(throttle.update().where(mine).values(attempts=fewer, blocked_until=func.now()))
        else:
            await db.execute(throttle.delete().where(mine))


async def _count(db: AsyncConnection, key: bytes, free: int, longest: int, now: datetime) -> int:
    new = insert(throttle).values(key=key, attempts=0, blocked_until=now, forget_at=now + FORGET)
    await db.execute(new.on_conflict_do_nothing())
    row = (await db.execute(select(throttle).filter_by(key=key).with_for_update())).one()
    if row.blocked_until > now:
        return int((row.blocked_until - now).total_seconds()) + 1
    attempts = row.attempts + 1 if row.forget_at > now else 1
    until = now + timedelta(seconds=wait_after(attempts, free, longest))
    await db.execute(
        throttle.update()
        .filter_by(key=key)
        .values(attempts=attempts, blocked_until=until, forget_at=max(until, now) + FORGET)
    )
    return 0


def _digest(kind: str, value: str) -> bytes:
    return hashlib.sha256(f"{kind}:{value}".encode()).digest()
