"""Whose our own telemetry is: the tenant that a setting names, once it exists."""

from companyos.kernel.house import House
from companyos.spines.identity.store import tenants

from ..intake import Owner
from ..settings import TelemetrySettings


class OwnTenant:
    """Looks the owner up until it is there, and then remembers it."""

    def __init__(self, house: House):
        self._house = house
        self._known: Owner | None = None

    async def __call__(self) -> Owner | None:
        if self._known is None:
            settings = self._house.settings_of(TelemetrySettings)
            async with self._house.begin() as work:
                found = await tenants.by_slug(work.db, settings.own_tenant)
            if found:
                self._known = Owner(found.id, settings.own_environment)
        return self._known
