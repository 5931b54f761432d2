"""Our own processes: each follows what CompanyOS's services shall write into their logs, within a second.

The rows of the tenant that our telemetry belongs to say it; news of a change makes every process read them again, and
so does the passing of time, in case that news was lost with its connection.
"""

import asyncio

import structlog
from sqlalchemy.exc import DBAPIError

from companyos.kernel.house import House
from companyos.kernel.ports.live import Live, News
from companyos.spines.telemetry.instruments.levels import Levels
from companyos.spines.telemetry.instruments.own_tenant import OwnTenant

from ..public.events import LogLevelSet
from ..store import LogLevels

log = structlog.get_logger(__name__)

SEEN = f"companyos.{LogLevelSet.name}.v{LogLevelSet.version}"
EVERY_SECONDS = 15.0


class Following:
    """One process's task that follows."""

    def __init__(self, house: House):
        self.house = house
        self.owner = OwnTenant(house)
        self.task = asyncio.create_task(self.run(), name="operations.log_levels")

    async def run(self) -> None:
        """Follow for ever."""
        while True:
            try:
                await self.read()
                await self._until_news()
            except (DBAPIError, OSError) as error:
                log.warning("log_levels.unread", error=str(error))
                await asyncio.sleep(EVERY_SECONDS)

    async def read(self) -> None:
        """Take over what the rows say now."""
        owner = await self.owner()
        if owner is None:
            return
        async with self.house.begin(tenant=owner.tenant, environment=owner.environment) as work:
            kept = await LogLevels(work).all()
        self.house.adapter(Levels).put({one.service: one.level for one in kept if one.level})

    async def _until_news(self) -> None:
        owner = await self.owner()
        if owner is None:
            await asyncio.sleep(EVERY_SECONDS)
            return
        news = self.house.adapter(Live).listen(owner.tenant)
        try:
            async with asyncio.timeout(EVERY_SECONDS):
                async for one in news:
                    if _concerns(one):
                        return
        except TimeoutError:
            return
        finally:
            await news.aclose()  # type: ignore[attr-defined]


def _concerns(news: News) -> bool:
    return news.type == SEEN


def follow(house: House) -> None:
    """Begin to follow."""
    house.adapters[Following] = Following(house)


async def leave(house: House) -> None:
    """Follow no more."""
    following: Following | None = house.adapters.pop(Following, None)
    if following is not None:
        following.task.cancel()
        await asyncio.wait([following.task])
