"""A second process of a house: whatever it is told, a line at a time, companyos-relay writes it at level debug."""

import asyncio
import sys
from pathlib import Path

import structlog

from companyos.adapters.postgres.live import NotifiedLive
from companyos.app.compose import compose
from companyos.app.running import running
from companyos.domains.operations.outside import own_processes
from companyos.kernel.ports.live import Live
from companyos.kernel.settings import Settings
from companyos.spines.telemetry.instruments.instruments import SERVICE

OVER = "that was it"


async def write(settings: Settings) -> None:
    """Write until there is nothing more to write. Only news makes it look at the levels again, not time."""
    own_processes.EVERY_SECONDS = float("inf")
    async with running(compose(settings), background=False) as house:
        live = house.adapter(Live)
        assert isinstance(live, NotifiedLive)
        listening = asyncio.create_task(live.run())
        SERVICE.set("companyos-relay")
        log = structlog.get_logger(__name__)
        print(OVER, flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            log.debug(line.strip())
            print(OVER, flush=True)
        listening.cancel()


if __name__ == "__main__":
    database, owner, data, stream = sys.argv[1:]
    asyncio.run(
        write(Settings(data=Path(data), database=database, database_owner=owner, stream=stream, demo=False))
    )
