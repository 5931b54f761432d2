"""One-time codes: TOTP (RFC 6238, 30 s, six digits) accepted once each, and recovery codes."""

import base64
import hmac
import secrets
from datetime import datetime
from uuid import UUID

import pyotp
import segno
from sqlalchemy.ext.asyncio import AsyncConnection

from .handles import digest
from .sealing import Seal
from .store import factors

PURPOSE = "totp seed"
STEP = 30
DRIFT = 1  # steps that a telephone's clock may be off, each way
RECOVERY_CODES = 10
ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


def new_seed() -> str:
    """160 random bits in base32, as authenticator apps want them."""
    return pyotp.random_base32()


def provisioning_uri(seed: str, email: str) -> str:
    """What an authenticator app reads from a QR code or a link."""
    return pyotp.TOTP(seed).provisioning_uri(name=email, issuer_name="CompanyOS")


def qr_code(uri: str) -> str:
    """The URI as a QR code: a data URI of an SVG, dark on white in light and dark alike."""
    return str(segno.make(uri, error="m").svg_data_uri(scale=4, border=3, light="#fff"))


async def keep_seed(
    db: AsyncConnection, seal: Seal, person: UUID, seed: str, *, confirmed_at: datetime | None = None
) -> None:
    """Keep a seed, sealed. Until its first code it proves nothing."""
    base64.b32decode(seed)  # a seed that no app could use is refused here
    await factors.put_totp(db, person, await seal.close(PURPOSE, seed.encode()), confirmed_at=confirmed_at)


async def waiting_seed(db: AsyncConnection, seal: Seal, person: UUID) -> str | None:
    """The seed that waits for its first code."""
    kept = await factors.lock_totp(db, person)
    if kept is None or kept.confirmed_at is not None:
        return None
    return (await seal.open(PURPOSE, kept.sealed)).decode()


async def accept(
    db: AsyncConnection, seal: Seal, person: UUID, code: str, now: datetime, *, first: bool = False
) -> bool:
    """Whether the code is right and newer than the last accepted one; it will not be accepted again.

    `first`: confirm a seed that waits; otherwise only confirmed seeds count.
    """
    kept = await factors.lock_totp(db, person)
    if kept is None or (kept.confirmed_at is None) != first:
        return False
    totp = pyotp.TOTP((await seal.open(PURPOSE, kept.sealed)).decode())
    given, counter = "".join(code.split()), int(now.timestamp()) // STEP
    matched = 0
    for step in range(counter - DRIFT, counter + DRIFT + 1):  # every step is compared: time tells nothing
        right = hmac.compare_digest(totp.generate_otp(step).encode(), given.encode())
        if right and step > kept.last_counter:
            matched = step
    if not matched:
        return False
    await factors.accept_totp(db, person, matched, now)
    return True


async def new_recovery_codes(db: AsyncConnection, person: UUID) -> list[str]:
    """Ten codes of 78 bits, shown once; they void earlier ones."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(16)) for _ in range(RECOVERY_CODES)]
    await factors.replace_recovery_codes(db, person, [digest(code) for code in codes])
    return ["-".join(code[i : i + 4] for i in range(0, 16, 4)) for code in codes]


async def accept_recovery(db: AsyncConnection, person: UUID, code: str) -> bool:
    """Whether this is one of the person's recovery codes; it is used up."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return await factors.take_recovery_code(db, person, digest(plain))
