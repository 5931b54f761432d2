"""A house that serves people on a real socket, with two tenants and the people who sign in to them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from companyos.app.compose import asgi, compose
from companyos.app.running import running
from companyos.app.server import free_port, server
from companyos.kernel.house import House
from companyos.kernel.ids import new_id
from companyos.spines.identity.public import Belongs, seed_person, seed_tenant
from companyos.spines.identity.settings import IdentitySettings, RegisteredClient
from companyos.testing.houses import settings_on
from companyos.testing.postgres import TestServer

from .browsing import OTHER_CLIENT, OTHER_REDIRECT, PASSWORD, SEED, Person


@dataclass(frozen=True, slots=True)
class Place:
    """A house that listens, and its two tenants."""

    house: House
    url: str
    home: UUID
    other: UUID

    async def person(
        self,
        *roles: str,
        also: bool = False,
        factor: bool = True,
        environments: tuple[str, ...] = ("prod", "stage"),
    ) -> Person:
        """A fresh person of the home tenant; `also` of the other one, with a TOTP seed unless `factor=False`."""
        id_ = new_id()
        email = f"p{id_.hex[-12:]}@example.com"
        belongs = {self.home: Belongs(roles or ("sre",), environments)}
        if also:
            belongs[self.other] = Belongs(("support",), ("prod",))
        await seed_person(
            self.house,
            id=id_,
            email=email,
            name="Robin Vega",
            password=PASSWORD,
            totp_seed=SEED if factor else None,
            belongs=belongs,
            now=datetime.now(UTC),
        )
        return Person(id_, email)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def place(
    postgres: TestServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Place]:
    """One for the session; tests make people of their own."""
    async for opened in open_place(postgres, template, tmp_path_factory):
        yield opened


async def open_place(
    postgres: TestServer,
    template: str,
    tmp_path_factory: pytest.TempPathFactory,
    host_name: str = "127.0.0.1",
    **overrides: str,
) -> AsyncIterator[Place]:
    """Start a house on a database and a port of its own, and stop it in the end."""
    name, port = postgres.create(template), free_port("127.0.0.1", 0)
    settings = settings_on(postgres, name, tmp_path_factory).model_copy(
        update={"port": port, "public_url": f"http://{host_name}:{port}", **overrides}
    )
    house = compose(settings)
    house.part_settings[IdentitySettings] = IdentitySettings(
        argon2_memory_kib=8192,
        argon2_passes=1,
        device_interval=1,
        clients=[RegisteredClient(id=OTHER_CLIENT, name="Another", redirect_uris=[OTHER_REDIRECT])],
    )
    async with running(house, background=False):
        place = Place(house, house.public_url, new_id(), new_id())
        for id_, slug in ((place.home, "home"), (place.other, "other")):
            await seed_tenant(
                house,
                id=id_,
                slug=slug,
                name=slug.capitalize(),
                region="eu",
                environments=("prod", "stage"),
                now=datetime.now(UTC),
            )
        listening = server(asgi(house), "127.0.0.1", port)
        serving = asyncio.create_task(listening.serve())
        await _until_up(place.url)
        yield place
        listening.stop()
        await serving
    postgres.drop(name)


async def _until_up(url: str) -> None:
    async with httpx.AsyncClient() as http:
        for _ in range(100):
            try:
                await http.get(f"{url}/.well-known/jwks.json")
                return
            except httpx.ConnectError:
                await asyncio.sleep(0.05)
    raise AssertionError(f"{url} does not answer")
