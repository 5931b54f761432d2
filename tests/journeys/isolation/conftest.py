"""Two filled tenants, once for the session: `theirs` is what must not be seen, `ours` who tries to."""

from dataclasses import dataclass

import httpx
import pytest_asyncio

from companyos.kernel.house import House
from companyos.spines.identity.identity import identity_of
from companyos.testing.world import World

from .filling import Filled, fill, measured
from .routes import ENDLESS, Operation, operations
from .sight import Seen, look_around

PATIENCE = 3600
"""Life of the tokens in seconds: the tests here ask thousands of questions with one."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A house with two filled tenants, and what each sees of its own."""

    world: World
    known: list[Operation]
    theirs: Filled
    ours: Filled
    their_sight: Seen
    our_sight: Seen

    @property
    def secrets(self) -> dict[str, str]:
        """Every value that only their tenant shows, and the kind of place where it does."""
        return {self.theirs.word: "word", **self.their_sight.without(self.our_sight)}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def neighbours(house: House, app_client: httpx.AsyncClient) -> Neighbours:
    identity_of(house).settings.access_token_seconds = PATIENCE
    world = World(house, app_client)
    theirs, ours = await fill(world, "quokka"), await fill(world, "marmot")
    await measured(house)
    document = (await app_client.get("/api/v1/openapi.json")).json()
    known = [one for one in operations(document) if one.id not in ENDLESS]
    their_sight, our_sight = await look_around(theirs.who, known), await look_around(ours.who, known)
    return Neighbours(world, known, theirs, ours, their_sight, our_sight)
