"""Who was erased, as one process knows: asked before anything is read, and before anything is taken in.

A commit that begins an erasure wakes every process, so that the next read leaves the person out; a call that got lost
is made up within `COMPANYOS_DATA_FRESH_SECONDS`. When the database does not answer nothing is read.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from companyos.kernel.house import House
from companyos.kernel.ports.live import Live

from .rules.erasure import Subject
from .settings import DataSettings
from .store.erasures import Erasure, Erasures

WORK = "erasures"
"""How a commit calls for looking again."""
HIDE_ON = timedelta(days=1)
"""Rows are left out so long after they are proved to be gone: another process may have let one in meanwhile."""


@dataclass(frozen=True, slots=True)
class Known:
    """Who of a tenant was erased: `unread` is left out of what is read, `refused` maps pseudonyms to until when
    nothing of them is taken in."""

    looked_at: float
    unread: tuple[Subject, ...]
    refused: dict[str, datetime]


class Erased:
    """The erasures of every tenant that was asked about lately. Held in the house: `erased_of(house)`."""

    def __init__(self, house: House, clock: Callable[[], float] = time.monotonic) -> None:
        self._house, self._clock = house, clock
        self._woken = house.adapter(Live).wake_on(WORK)
        self._known: dict[UUID, Known] = {}

    async def unread(self, tenant: UUID) -> Sequence[Subject]:
        """Of whom nothing may be read."""
        return (await self._of(tenant)).unread

    async def refused(self, tenant: UUID) -> dict[str, datetime]:
        """By pseudonym: events from before that time are not taken in."""
        return (await self._of(tenant)).refused

    def look_again(self) -> None:
        """Forget what is known; the next one who asks reads anew."""
        self._known.clear()

    async def _of(self, tenant: UUID) -> Known:
        if self._woken.is_set():
            self._woken.clear()
            self.look_again()
        fresh = self._house.settings_of(DataSettings).fresh_seconds
        known, now = self._known.get(tenant), self._clock()
        if known and now - known.looked_at < fresh:
            return known
        async with self._house.begin(tenant=tenant) as work:
            found = await Erasures(work).known()
            unread = [one for one in found if one.ended_at is None or one.ended_at > work.now - HIDE_ON]
            known = Known(now, tuple(one.of(tenant, work.now) for one in unread), _latest(found))
        self._known[tenant] = known
        return known


def _latest(found: Sequence[Erasure]) -> dict[str, datetime]:
    told: dict[str, datetime] = {}
    for one in found:
        if one.begun_at and one.begun_at > told.get(one.key, one.begun_at - HIDE_ON):
            told[one.key] = one.begun_at
    return told


def erased_of(house: House) -> Erased:
    """Who was erased, of this house."""
    return house.adapter(Erased)
