"""Passwords: argon2id (RFC 9106), checked in a thread, a few at a time, equally long for accounts that do not exist."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from .handles import new_secret
from .settings import IdentitySettings


class Passwords:
    """Hashes and checks. One check takes tens of milliseconds and `argon2_memory_kib` of memory on purpose."""

    def __init__(self, settings: IdentitySettings) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.argon2_passes, memory_cost=settings.argon2_memory_kib, parallelism=1
        )
        self._slots = asyncio.Semaphore(settings.password_checks_at_once)
        self._decoy = self._hasher.hash(new_secret())

    async def hash(self, password: str) -> str:
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def check(self, stored: str | None, password: str) -> bool:
        """Whether the password is right. Without a stored hash the same work is done, and the answer is no."""
        async with self._slots:
            right = await asyncio.to_thread(self._verify, stored or self._decoy, password)
        return right and stored is not None

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with other costs than today's settings."""
        return self._hasher.check_needs_rehash(stored)
