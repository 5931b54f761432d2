"""A house that takes in events and is killed; run by `kills.py`. Its settings come from the environment.

Writes its port when it is up. Commits and tidies the lake all the time, so that a kill hits these as well.
"""

import asyncio
import os

from companyos.app.compose import asgi, compose
from companyos.app.running import running
from companyos.app.server import free_port, server
from companyos.domains.analytics.service.analytics import analytics_of
from companyos.kernel.house import House
from companyos.kernel.logs import configure_logs
from companyos.kernel.settings import Settings


async def tidy(house: House) -> None:
    analytics = analytics_of(house)
    while True:
        await analytics.consolidate()
        await analytics.keep_up()
        await asyncio.sleep(0.05)


async def main() -> None:
    configure_logs("error")
    async with running(compose(Settings(demo=False)), background=False) as house:
        tidying = asyncio.create_task(tidy(house))
        port = free_port("127.0.0.1", 0)
        serving = asyncio.create_task(server(asgi(house), "127.0.0.1", port).serve())
        await asyncio.sleep(0.1)
        os.write(1, f"{port}\n".encode())
        await asyncio.gather(tidying, serving)


if __name__ == "__main__":
    asyncio.run(main())
