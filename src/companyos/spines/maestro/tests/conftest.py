"""A house that knows the probe's step types, for all tests of Maestro."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from companyos.app.compose import asgi
from companyos.app.running import running
from companyos.kernel.house import House
from companyos.kernel.settings import Settings
from companyos.testing.houses import settings_on
from companyos.testing.postgres import TestServer
from companyos.testing.world import World, in_process

from .probe import probed


@dataclass(frozen=True)
class Stage:
    """The house, its client, and its settings."""

    house: House
    http: httpx.AsyncClient
    settings: Settings

    @property
    def world(self) -> World:
        """A world of its own for one test."""
        return World(self.house, self.http)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(
    postgres: TestServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    name = postgres.create(template)
    settings = settings_on(postgres, name, tmp_path_factory)
    settings.outbound_allow = "127.0.0.1"
    async with running(probed(settings), background=False) as house, in_process(asgi(house)) as http:
        yield Stage(house, http, settings)
    postgres.drop(name)


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that is the world outside."""
    file = tmp_path / "outside"
    monkeypatch.setenv("PROBE_FILE", str(file))
    return file
