"""A person with a token, and a client on the socket."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest_asyncio

from companyos.testing.world import Client, World


@pytest_asyncio.fixture(loop_scope="session")
async def browser(served: str) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to the house over its socket, and follows no redirect."""
    async with httpx.AsyncClient(base_url=served, follow_redirects=False, timeout=30) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def engineer(world: World, browser: httpx.AsyncClient) -> Client:
    """A platform engineer with a fresh second factor, over the socket."""
    who = await world.person("platform_engineer", "sre", mfa_ago=timedelta(seconds=1))
    who.http = browser
    return who


@pytest_asyncio.fixture(loop_scope="session")
async def ingest_key(world: World) -> str:
    """A key that may send telemetry."""
    admin = await world.person("tenant_admin")
    account = (await admin.post("/service-accounts", {"name": "sender", "environments": ["prod"]})).json()
    return str(
        (await admin.post(f"/service-accounts/{account['id']}/keys", {"environment": "prod"})).json()["key"]
    )
