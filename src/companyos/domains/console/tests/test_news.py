"""What the event stream promises: news of the tenant within a second, for as long as the sign-in stands."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import update

from companyos.adapters.postgres.live import NotifiedLive
from companyos.app.compose import asgi
from companyos.app.server import free_port, server
from companyos.domains.console.settings import ConsoleSettings
from companyos.kernel.house import House
from companyos.kernel.ports.database import Database
from companyos.kernel.ports.live import Live
from companyos.spines.identity.tables import oauth_grant
from companyos.testing.world import Client, World


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(house: House) -> AsyncIterator[str]:
    """The house behind a socket, and listening for news."""
    live = house.adapter(Live)
    assert isinstance(live, NotifiedLive)
    port = free_port("127.0.0.1", 0)
    http = server(asgi(house), "127.0.0.1", port)
    tasks = [asyncio.create_task(http.serve()), asyncio.create_task(live.run())]
    await asyncio.sleep(0.3)
    yield f"http://127.0.0.1:{port}"
    http.stop()  # type: ignore[no-untyped-call]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def quick(house: House) -> Iterator[None]:
    """Heartbeats every fifth of a second."""
    kept = house.part_settings[ConsoleSettings]
    house.part_settings[ConsoleSettings] = ConsoleSettings(heartbeat_seconds=0.2, streams_per_person=2)
    yield
    house.part_settings[ConsoleSettings] = kept


class Stream:
    """One open event stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def line(self, start: str) -> str:
        """The next line that begins so."""
        async with asyncio.timeout(10):
            async for line in self._lines:
                if line.startswith(start):
                    return line
        raise AssertionError("the stream ended")

    async def news(self) -> Any:
        return json.loads((await self.line("data: ")).removeprefix("data: "))

    async def ends(self) -> None:
        async with asyncio.timeout(10):
            async for line in self._lines:
                assert not line.startswith('data: {"specversion'), line


@pytest_asyncio.fixture(loop_scope="session")
async def browser(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address, timeout=10) as client:
        yield client


async def test_news_of_the_own_tenant_come_and_of_no_other(world: World, browser: httpx.AsyncClient) -> None:
    mine, other = await world.person("sre"), await world.person("sre", tenant="other")
    async with listening(browser, mine) as stream:
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        assert stream.response.headers["companyos-heartbeat"] == "15"
        await other.post("/services", {"name": "theirs", "title": "Theirs"})
        await mine.post("/services", {"name": "ours", "title": "Ours"})
        await world.deliver()
        told = await stream.news()
        assert (told["type"], told["subject"]) == ("companyos.operations.service.registered.v1", "ours")


async def test_a_stream_ends_soon_after_its_sign_in(
    world: World, browser: httpx.AsyncClient, quick: None
) -> None:
    person = await world.person("sre")
    async with listening(browser, person) as stream:
        await revoke(world, person)
        await stream.ends()
    assert await status(browser, person) == 401


async def test_streams_end_when_the_house_is_about_to_stop(
    world: World, house: House, browser: httpx.AsyncClient
) -> None:
    async with listening(browser, await world.person("sre")) as stream:
        house.closing.set()
        await stream.ends()
    house.closing.clear()


async def test_one_person_keeps_so_many_streams_open_and_no_more(
    world: World, browser: httpx.AsyncClient, quick: None
) -> None:
    person, another = await world.person("sre"), await world.person("sre")
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(listening(browser, person))
        async with browser.stream("GET", "/api/v1/events", headers=person.headers) as refused:
            assert refused.status_code == 429
            assert "2 event streams" in (await refused.aread()).decode()
        async with listening(browser, another):
            pass
    async with asyncio.timeout(10):
        while await status(browser, person) != 200:
            await asyncio.sleep(0.1)


async def test_open_streams_hold_no_database_connection(
    world: World, house: House, browser: httpx.AsyncClient
) -> None:
    pool = house.adapter(Database).app.pool
    async with AsyncExitStack() as stack:
        for _ in range(house.settings.database_pool + 5):
            await stack.enter_async_context(listening(browser, await world.person("sre")))
        assert pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_nobody_listens_without_a_sign_in_or_a_role(world: World, browser: httpx.AsyncClient) -> None:
    assert await status(browser, await world.person()) == 403
    assert (await browser.get("/api/v1/events")).status_code == 401


@asynccontextmanager
async def listening(browser: httpx.AsyncClient, person: Client) -> AsyncIterator[Stream]:
    """An open stream that has begun."""
    async with browser.stream("GET", "/api/v1/events", headers=person.headers) as response:
        assert response.status_code == 200
        stream = Stream(response)
        await stream.line(": heartbeat")
        yield stream


async def status(browser: httpx.AsyncClient, person: Client) -> int:
    async with browser.stream("GET", "/api/v1/events", headers=person.headers) as response:
        return response.status_code


async def revoke(world: World, person: Client) -> None:
    async with world.house.begin(tenant=person.tenant) as work:
        ended = update(oauth_grant).where(oauth_grant.c.person_id == person.id).values(revoked_at=work.now)
        assert (await work.db.execute(ended)).rowcount == 1
