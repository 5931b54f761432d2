"""A revocation reaches every open tab within a second, through a relay that runs as it does in the house."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from time import perf_counter

import httpx
import pytest_asyncio

from companyos.adapters.postgres.live import NotifiedLive
from companyos.app.relay import Relay
from companyos.app.transactions import WAKE_RELAY
from companyos.kernel.house import House
from companyos.kernel.ports.live import Live
from companyos.spines.identity.tests.test_elevations import FRESH, approve, ask_role
from companyos.testing.world import World

from .test_news import address, browser, listening

__all__ = ["address", "browser"]

TABS = 5
SECOND = 1.0


@pytest_asyncio.fixture(loop_scope="session")
async def relayed(house: House) -> AsyncIterator[None]:
    """The relay runs beside, woken by commits."""
    live = house.adapter(Live)
    assert isinstance(live, NotifiedLive)
    running = asyncio.create_task(Relay(house, live.wake_on(WAKE_RELAY)).run())
    yield
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_revoking_reaches_every_open_tab_within_a_second(
    world: World, browser: httpx.AsyncClient, relayed: None
) -> None:
    support = await world.person("support")
    admin = await world.person("tenant_admin", mfa_ago=FRESH)
    asked = await ask_role(support)
    assert (await approve(admin, asked["id"])).status_code == 200
    await asyncio.sleep(0.5)  # the news of the approval pass before the tabs open
    async with AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(listening(browser, support)) for _ in range(TABS)]
        start = perf_counter()
        gone = await admin.post(f"/elevations/{asked['id']}/revoke", {"note": "Calm again"})
        assert gone.status_code == 200
        told = await asyncio.gather(*(tab.news() for tab in tabs))
        took = perf_counter() - start
    assert {(t["type"], t["subject"]) for t in told} == {
        ("companyos.identity.elevation.revoked.v1", asked["id"])
    }
    assert took < SECOND, f"it took {took:.2f} s"
    print(f"revocation heard in {TABS} tabs after {took * 1000:.0f} ms")
