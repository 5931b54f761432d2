"""Who took their consent back, as one process knows: a choice is known within `COMPANYOS_DATA_FRESH_SECONDS`."""

import time
from collections.abc import Callable, Sequence
from uuid import UUID

from companyos.kernel.house import House

from .settings import DataSettings
from .store.consents import Choice, Consents


class Withdrawn:
    """The withdrawals of every tenant that was asked about lately. Held in the house: `withdrawn_of(house)`."""

    def __init__(self, house: House, clock: Callable[[], float] = time.monotonic) -> None:
        self._house, self._clock = house, clock
        self._known: dict[tuple[UUID, str], tuple[float, Sequence[Choice]]] = {}

    def look_again(self) -> None:
        """Forget what is known; the next one who asks reads anew."""
        self._known.clear()

    async def people(self, tenant: UUID, scope: str) -> Sequence[Choice]:
        """Who took their consent to a scope back, and when."""
        known, now = self._known.get((tenant, scope)), self._clock()
        if known and now - known[0] < self._house.settings_of(DataSettings).fresh_seconds:
            return known[1]
        async with self._house.begin(tenant=tenant) as work:
            found = await Consents(work).withdrawn(scope)
        self._known[tenant, scope] = (now, found)
        return found


def withdrawn_of(house: House) -> Withdrawn:
    """Who took their consent back, of this house."""
    return house.adapter(Withdrawn)
