"""A revocation reaches every open tab, through a relay that runs as it does in the house.

How soon is measured by `benchmarks/console/news.py`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest_asyncio

from companyos.adapters.postgres.live import NotifiedLive
from companyos.app.compose import asgi
from companyos.app.relay import Relay
from companyos.app.server import free_port, server
from companyos.app.transactions import OUTBOX
from companyos.domains.console.tests.test_news import Stream, listening
from companyos.kernel.house import House
from companyos.kernel.ports.live import Live
from companyos.spines.identity.tests.test_elevations import FRESH, approve, ask_role
from companyos.testing.world import World

TABS = 5


@pytest_asyncio.fixture(loop_scope="session")
async def browser(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the house behind a socket, with live news and the relay as `companyos serve` runs them."""
    live = house.adapter(Live)
    assert isinstance(live, NotifiedLive)
    relay = Relay(house, live.wake_on(OUTBOX))
    port = free_port("127.0.0.1", 0)
    http = server(asgi(house), "127.0.0.1", port)
    tasks = [asyncio.create_task(one) for one in (http.serve(), live.run(), relay.run())]
    await asyncio.sleep(0.3)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        yield client
    http.stop()  # type: ignore[no-untyped-call]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_revoking_reaches_every_open_tab(world: World, browser: httpx.AsyncClient) -> None:
    support = await world.person("support")
    admin = await world.person("tenant_admin", mfa_ago=FRESH)
    asked = await ask_role(support)
    assert (await approve(admin, asked["id"])).status_code == 200
    await world.deliver()
    async with AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(listening(browser, support)) for _ in range(TABS)]
        gone = await admin.post(f"/elevations/{asked['id']}/revoke", {"note": "Calm again"})
        assert gone.status_code == 200
        told = await asyncio.gather(*(_revoked(tab) for tab in tabs))
    assert told == [asked["id"]] * TABS


async def _revoked(tab: Stream) -> str:
    """Which elevation the tab hears is revoked; other news are passed over."""
    while True:
        news = await tab.news()
        if news["type"] == "companyos.identity.elevation.revoked.v1":
            return str(news["subject"])
