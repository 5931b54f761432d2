"""Running houses for tests: one per session, on a database of its own, with relay and jobs left to the test."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from companyos.app.compose import asgi, compose
from companyos.app.running import running
from companyos.app.server import free_port, server
from companyos.kernel.house import House
from companyos.kernel.settings import Settings
from companyos.kernel.tenancy import APP_ROLE, OWNER_ROLE

from .postgres import TestServer
from .world import World, in_process

UNLIMITED: dict[str, Any] = {"rate_per_second": 10_000, "rate_burst": 100_000, "refused_burst": 100_000}
"""Settings of a house that tests ask faster than anyone may."""


def settings_on(server: TestServer, name: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a house on a database of the test server, with its files in a folder of its own."""
    url = server.server.url
    return Settings(
        data=tmp_path_factory.mktemp("house"),
        database=url(APP_ROLE, name).render_as_string(hide_password=False),
        database_owner=url(OWNER_ROLE, name).render_as_string(hide_password=False),
        **UNLIMITED,
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(
    postgres: TestServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """A started house without background work."""
    name = postgres.create(template)
    composed = compose(settings_on(postgres, name, tmp_path_factory))
    async with running(composed, background=False) as started:
        yield started
    postgres.drop(name)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def app_client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """The session's client of the application."""
    async with in_process(asgi(house)) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def world(house: House, app_client: httpx.AsyncClient) -> World:
    """This test's world. What earlier tests left to be delivered is delivered first, so that no test hears of it."""
    made = World(house, app_client)
    await made.deliver()
    return made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def served(house: House) -> AsyncIterator[str]:
    """The house behind a real socket; its address."""
    port = free_port("127.0.0.1", 0)
    http = server(asgi(house), "127.0.0.1", port)
    serving = asyncio.create_task(http.serve())
    await _until_open(port)
    yield f"http://127.0.0.1:{port}"
    http.stop()  # type: ignore[no-untyped-call]
    await serving


async def _until_open(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise TimeoutError(f"nothing listens on port {port}")
