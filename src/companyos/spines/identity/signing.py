"""The issuer's signing keys: one signs, the next is published ahead, the last stays published until its tokens end.

Two slots of the key ring take turns. The slot that signs stands in the database, so all processes turn together.
"""

import asyncio
import base64
import json
import time
from datetime import datetime, timedelta
from typing import Any

from joserfc.jwk import ECKey
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.house import House
from companyos.kernel.ports.keys import KeyRing, PublicKey
from companyos.kernel.work import Work

from .settings import IdentitySettings
from .tables import signing

SLOTS = ("issuer-a", "issuer-b")
HOT_SECONDS = 5.0
WARM_SECONDS = 60.0  # signing happens inside transactions, which should not wait for a second connection


class Signing:
    """Signs tokens and knows which public keys verify them; both stay in memory for a few seconds."""

    def __init__(self, house: House, keys: KeyRing) -> None:
        self._house = house
        self._keys = keys
        self._slot = SLOTS[0]
        self._public: list[PublicKey] = []
        self._hot: dict[str, ECKey] = {}
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def sign(self, claims: dict[str, Any], typ: str) -> str:
        """A compact JWS (RFC 7515) by the current key, ES256."""
        await self._refresh(WARM_SECONDS)
        payload = _b64(json.dumps(claims, separators=(",", ":")).encode())
        head: list[str] = []

        def message(key: PublicKey) -> bytes:
            header = {"alg": "ES256", "typ": typ, "kid": key.kid}
            head[:] = [_b64(json.dumps(header, separators=(",", ":")).encode())]
            return f"{head[0]}.{payload}".encode()

        signature = await self._keys.sign(self._slot, "ES256", message)
        return f"{head[0]}.{payload}.{_b64(signature.value)}"

    async def key(self, kid: str) -> ECKey | None:
        """The public key of this id. An unknown id is looked up again at most once a second."""
        if kid not in self._hot:
            await self._refresh(1.0)
        else:
            await self._refresh(HOT_SECONDS)
        return self._hot.get(kid)

    async def warm(self) -> None:
        """Bring the keys up to date, ahead of a transaction in which something will be signed."""
        await self._refresh(HOT_SECONDS)

    async def published(self) -> list[PublicKey]:
        """Every key whose tokens are accepted: the current, the next, and the last until its tokens have ended."""
        await self._refresh(HOT_SECONDS)
        return list(self._public)

    async def tend(self, now: datetime) -> None:
        """Make the next key in time, turn to it when it is due, and destroy the last one after the overlap."""
        settings = self._house.settings_of(IdentitySettings)
        overlap = timedelta(minutes=settings.key_overlap_minutes)
        async with self._house.begin() as work:
            slot, since = await self._turn_of(work, now)
            waiting = _other(slot)
            waits = await self._current(waiting)
            last = waits is not None and waits.since < since  # it signed before the turn
            if waits is None or (last and now - since >= overlap):
                await self._keys.rotate(waiting, "ES256")
            elif (
                not last and now - since >= timedelta(days=settings.key_days) and now - waits.since >= overlap
            ):
                await self._point(work, waiting, now)
        self._read_at = float("-inf")

    async def turned_at(self) -> datetime:
        """Since when the current key signs."""
        async with self._house.begin() as work:
            return (await self._turn_of(work, work.now))[1]

    async def turn(self, now: datetime, *, compromised: bool = False) -> str:
        """Turn to the next key now and return its id; `compromised` also refuses every token of the last one."""
        async with self._house.begin() as work:
            slot, since = await self._turn_of(work, now)
            waiting = _other(slot)
            waits = await self._current(waiting)
            if compromised or waits is None or waits.since < since:
                waits = await self._keys.rotate(waiting, "ES256")
            await self._point(work, waiting, now)
        if compromised:
            await self._keys.rotate(slot, "ES256")
        self._read_at = float("-inf")
        return waits.kid

    async def _refresh(self, max_age: float) -> None:
        if time.monotonic() - self._read_at < max_age:
            return
        async with self._reading:
            if time.monotonic() - self._read_at < max_age:
                return
            async with self._house.begin() as work:
                self._slot, _ = await self._turn_of(work, work.now)
            if await self._current(self._slot) is None:
                await self._keys.sign(self._slot, "ES256", b"first use")
            found = [key for slot in SLOTS for key in await self._keys.public(slot) if key.until is None]
            self._public = sorted(found, key=lambda key: key.since, reverse=True)
            self._hot = {key.kid: ECKey.import_key(dict(key.jwk)) for key in found}
            self._read_at = time.monotonic()

    async def _turn_of(self, work: Work, now: datetime) -> tuple[str, datetime]:
        row = (await work.db.execute(select(signing))).one_or_none()
        if row is None:
            await self._point(work, SLOTS[0], now)
            return SLOTS[0], now
        return row.slot, row.since

    async def _point(self, work: Work, slot: str, now: datetime) -> None:
        new = insert(signing).values(single=True, slot=slot, since=now)
        await work.db.execute(
            new.on_conflict_do_update(index_elements=["single"], set_={"slot": slot, "since": now})
        )

    async def _current(self, slot: str) -> PublicKey | None:
        return next((key for key in await self._keys.public(slot) if key.until is None), None)


def _other(slot: str) -> str:
    return SLOTS[1 - SLOTS.index(slot)]


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
