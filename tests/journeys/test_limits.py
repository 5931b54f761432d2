"""Who guesses tokens is slowed down, and who holds one that was verified is not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from companyos.app.compose import asgi
from companyos.app.limits import Limits
from companyos.kernel.settings import Settings
from companyos.testing.world import World, in_process

ROLES = "/api/v1/roles"


@asynccontextmanager
async def limited(world: World, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the house behind stricter limits than its own."""
    async with in_process(Limits(asgi(world.house), Settings(**settings))) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_made_up_tokens_share_the_limit_of_their_address(world: World) -> None:
    async with limited(world, rate_per_second=0.1, rate_burst=5) as client:
        answers = [await client.get(ROLES, headers=bearer(f"made-up-{n}")) for n in range(6)]
        assert [a.status_code for a in answers] == [401] * 5 + [429]
        assert (await client.get("/api/v1/openapi.json", headers=bearer("another"))).status_code == 429


async def test_an_address_that_is_refused_too_often_waits_but_not_its_known_callers(world: World) -> None:
    mine, other = await world.person("sre"), await world.person("sre")
    async with limited(world, refused_per_second=0.1, refused_burst=3) as client:
        assert (await client.get(ROLES, headers=mine.headers)).status_code == 200
        guesses = [await client.get(ROLES, headers=bearer(f"made-up-{n}")) for n in range(4)]
        assert [a.status_code for a in guesses] == [401, 401, 401, 429]
        assert "valid credentials" in guesses[3].json()["detail"]
        assert int(guesses[3].headers["retry-after"]) >= 9
        assert (await client.get(ROLES, headers=mine.headers)).status_code == 200
        assert (await client.get(ROLES, headers=other.headers)).status_code == 429


async def test_answers_other_than_401_are_not_counted_as_guesses(world: World) -> None:
    mine = await world.person("sre")
    async with limited(world, refused_per_second=0.1, refused_burst=1) as client:
        for _ in range(3):
            assert (await client.get("/api/v1/nothing")).status_code == 404
        for _ in range(3):
            assert (await client.get(ROLES, headers=mine.headers)).status_code == 200
