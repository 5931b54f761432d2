"""Telemetry on a real catalog, and served on a real socket to clients who hold a key."""

import asyncio
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from fastapi import FastAPI

from companyos.adapters.lake.duckdb_iceberg import DuckDBIceberg
from companyos.adapters.stream.file import FileStream
from companyos.app.problem_json import tell_problems
from companyos.app.server import free_port, server
from companyos.kernel.problems import Unauthenticated
from companyos.kernel.tenancy import OWNER_ROLE
from companyos.spines.telemetry.intake import Owner
from companyos.spines.telemetry.otlp import http
from companyos.spines.telemetry.settings import TelemetrySettings
from companyos.spines.telemetry.telemetry import Telemetry

ENVIRONMENT = "prod"


@pytest.fixture
def tenant():
    return uuid.uuid4()


@pytest.fixture
def catalog(postgres):
    name = postgres.create()
    yield postgres.server.url(OWNER_ROLE, name).render_as_string(hide_password=False)
    postgres.drop(name)


@pytest.fixture
def settings():
    return TelemetrySettings(linger_seconds=0.02, max_body_bytes=1_000_000, max_unpacked_bytes=2_000_000)


@pytest_asyncio.fixture(loop_scope="session")
async def telemetry(tmp_path, catalog, settings):
    stream, lake = FileStream(tmp_path / "stream"), DuckDBIceberg(tmp_path / "lake", catalog)
    made = Telemetry(stream, lake, settings)
    await made.start()
    yield made
    await made.stop()
    await stream.close()
    await lake.close()


@dataclass
class Served:
    """A server on a socket; `key` belongs to `tenant`."""

    url: str
    key: str
    tenant: uuid.UUID
    telemetry: Telemetry

    @property
    def headers(self):
        return {"Authorization": f"Bearer {self.key}"}

    async def settle(self, signal):
        """Wait until all that is durable can be queried."""
        last = (await self.telemetry.stream.extent(f"telemetry.{signal}")).last
        assert await self.telemetry.caught_up(signal, last)


@pytest_asyncio.fixture(loop_scope="session")
async def served(telemetry, tenant):
    async def authenticate(token):
        if token != "right-key":
            raise Unauthenticated("This ingest key is unknown or was revoked.")
        return Owner(tenant, ENVIRONMENT)

    app = FastAPI()
    app.router.routes.extend(
        http.routes(lambda request: (telemetry.intake, telemetry.settings, authenticate))
    )
    tell_problems(app)
    port = free_port("127.0.0.1", 0)
    serving = server(app, "127.0.0.1", port)
    task = asyncio.create_task(serving.serve())
    for _ in range(100):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            break
        except ConnectionRefusedError:
            await asyncio.sleep(0.02)
    yield Served(f"http://127.0.0.1:{port}", "right-key", tenant, telemetry)
    serving.stop()
    await task


@pytest.fixture
def now():
    return datetime.now(UTC)
