"""The manifest: the one symbol that compose reads."""

from companyos.kernel.domain import Domain, Job
from companyos.kernel.house import House

from .api import routes
from .service.analytics import analytics_of, start, stop
from .settings import AnalyticsSettings

CONSOLIDATE_SECONDS = 1.0
UPKEEP_SECONDS = 600.0


async def consolidate(house: House) -> None:
    """Move what is due from the tail to the lake."""
    await analytics_of(house).consolidate()


async def maintain(house: House) -> None:
    """One round of lake maintenance."""
    await analytics_of(house).keep_up()


domain = Domain(
    name="analytics",
    title="Analytics",
    routes=routes,
    jobs=(
        Job("analytics.consolidate", consolidate, every=CONSOLIDATE_SECONDS),
        Job("analytics.upkeep", maintain, every=UPKEEP_SECONDS),
    ),
    settings=AnalyticsSettings,
    starts=start,
    stops=stop,
)
