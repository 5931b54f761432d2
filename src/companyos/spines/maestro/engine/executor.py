"""An executor: a process with a lease that takes runs from the queue, and those of executors that have died."""

import asyncio
import math
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.kernel.house import House
from companyos.kernel.ports.live import Live

from ..service.schedules import start_due
from ..settings import MaestroSettings
from ..store import queue
from ..store.queue import Held
from .beat import beat
from .durable import Durable
from .engine import Engine

log = structlog.get_logger(__name__)

LEAVE_SECONDS = 8.0
SHORTEST_PAUSE = 0.02
"""Seconds between two looks when what is due is somebody else's at this moment."""
FORGET_EVERY, FORGET_AFTER = 3600.0, timedelta(days=7)


class Executor:
    """Carries runs out until it is cancelled; then it gives everything up for others to take."""

    def __init__(self, house: House):
        self.house = house
        self.settings = house.settings_of(MaestroSettings)
        self.engine = Engine(house)
        self.going: set[Held] = set()
        self.durable = Durable(house, self.engine.me, self._beat, self._ended)
        self.wake = house.adapter(Live).wake_on(queue.RUNS)
        self._forgot = time.monotonic()

    async def run(self) -> None:
        """Renew the lease, look at the queue, and do what is due; for ever."""
        await self._renew()  # whoever takes a run without a lease has it taken away
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._live())
                group.create_task(self._look())
        finally:
            leaving = asyncio.create_task(self._leave())
            while not leaving.done():
                with suppress(
                    asyncio.CancelledError
                ):  # whoever stops us asks again; leaving has a limit of its own
                    await asyncio.shield(leaving)

    async def _live(self) -> None:
        """Renew the lease, apart from everything that takes time."""
        while True:
            await asyncio.sleep(self.settings.lease_seconds / 3)
            await self._renew()

    async def _renew(self) -> None:
        try:
            async with self.house.begin() as work:
                await queue.renew(work.db, self.engine.me, self.settings.lease_seconds)
        except Exception as error:
            log.exception("maestro.lease_not_renewed", exc_info=error)

    async def _look(self) -> None:
        """Look whenever somebody calls, whenever something is due, and now and then, because calls may be lost."""
        while True:
            self.wake.clear()
            pause = self.settings.look_seconds
            try:
                pause = min(pause, await self.look())
            except Exception as error:
                log.exception("maestro.look_failed", exc_info=error)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), max(pause, SHORTEST_PAUSE))

    def _ended(self, held: Held) -> None:
        """A round is over: there is room for another, and the run may have said when it goes on."""
        self.going.discard(held)
        self.wake.set()

    async def look(self) -> float:
        """Adopt what others left, start what is scheduled, take what is due; in how many seconds more is due."""
        await start_due(self.house)
        async with self.house.begin() as work:
            left = await queue.adopt(work.db, self.settings.lease_seconds + self.settings.look_seconds)
            room = self.settings.executor_runs - len(self.going)
            taken = await queue.take(work.db, self.engine.me, room) if room > 0 else []
            await self._reclaim(work.db, taken)
            more = await queue.next_due(work.db) if room > len(taken) else None
        self.going.update(taken)
        for held in left:
            log.warning("maestro.adopted", run=str(held.run), round=held.round)
            await self._begin(held)
        for held in taken:
            await self._begin(held)
        if time.monotonic() - self._forgot > FORGET_EVERY:
            self._forgot = time.monotonic()
            await self.durable.forget(datetime.now(UTC) - FORGET_AFTER)
        return math.inf if more is None else more

    async def _reclaim(self, db: AsyncConnection, taken: list[Held]) -> None:
        """Put back what this executor holds and does nothing about, such as a round whose beat met a lost database."""
        for held in await queue.mine(db, self.engine.me):
            if held not in self.going and held not in taken:
                await queue.put_back(db, held, self.engine.me, self.settings.look_seconds)

    async def _begin(self, held: Held) -> None:
        try:
            await self.durable.begin(held)
        except Exception as error:
            self.going.discard(held)
            log.exception("maestro.round_not_begun", run=str(held.run), exc_info=error)

    async def _beat(self, held: Held) -> bool:
        """One beat of a round. One that came back from a process that died is taken over first."""
        if held not in self.going:
            async with self.house.begin() as work:
                if not await queue.take_over(work.db, held, self.engine.me):
                    return False
            self.going.add(held)
        return await beat(self.engine, held)

    async def _leave(self) -> None:
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                await self.durable.stop()
                async with self.house.begin() as work:
                    await queue.leave(work.db, self.engine.me)
        except Exception as error:
            log.exception("maestro.left_in_haste", exc_info=error)


async def carry_out(house: House) -> None:
    """What every process of a house does beside its relay and its jobs."""
    await Executor(house).run()
