"""Background jobs: each runs in one process at a time, held by a session-level advisory lock."""

import asyncio
import hashlib

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.kernel.domain import Job
from companyos.kernel.house import House
from companyos.kernel.ports.database import Database

log = structlog.get_logger(__name__)

LEASE_SECONDS = 2.0


def lock_key(name: str) -> int:
    """The advisory lock of a job: 63 bits of the hash of its name."""
    return int.from_bytes(hashlib.sha256(f"companyos.job.{name}".encode()).digest()[:8]) >> 1


class Jobs:
    """Runs the jobs of all parts; a lock that is lost with its connection passes to another process."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.jobs = tuple(job for part in house.parts for job in part.jobs)
        self._mine: set[str] = set()

    async def run(self) -> None:
        """Run for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_locks())
            for job in self.jobs:
                group.create_task(self._repeat(job))

    async def _keep_locks(self) -> None:
        while True:
            try:
                engine = self.house.adapter(Database).app
                async with engine.connect() as raw:
                    db = await raw.execution_options(isolation_level="AUTOCOMMIT")
                    while True:
                        await self._claim(db)
                        await asyncio.sleep(LEASE_SECONDS)
            except (DBAPIError, OSError) as error:
                self._mine.clear()
                log.warning("jobs.locks_lost", error=str(error))
                await asyncio.sleep(LEASE_SECONDS)

    async def _claim(self, db: AsyncConnection) -> None:
        await db.execute(text("select 1"))
        for job in self.jobs:
            if job.name not in self._mine:
                got = await db.scalar(text("select pg_try_advisory_lock(:key)"), {"key": lock_key(job.name)})
                if got:
                    self._mine.add(job.name)

    async def _repeat(self, job: Job) -> None:
        while True:
            if job.name not in self._mine:
                await asyncio.sleep(min(job.every, LEASE_SECONDS))
                continue
            try:
                await job.run(self.house)
            except Exception as error:
                log.exception("job.failed", job=job.name, exc_info=error)
            await asyncio.sleep(job.every)
