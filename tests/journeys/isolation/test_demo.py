"""The demo's two tenants, with weeks of history each: neither shows anything of the other."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import permutations

import pytest
import pytest_asyncio

from companyos.app.compose import asgi, compose
from companyos.app.running import running
from companyos.kernel.demo import ACME, HOME, DemoTenant
from companyos.kernel.settings import Settings
from companyos.spines.identity.identity import identity_of
from companyos.testing.houses import UNLIMITED
from companyos.testing.world import Client, World, in_process

from ..conftest import CopyDemo
from .conftest import PATIENCE
from .filling import ALL_ROLES, FRESH
from .routes import ENDLESS, Operation, operations
from .sight import UUID_TEXT, Seen, answers, everywhere, leaked, look_around, shared_ids, some

EVERYBODYS = frozenset({"get_policy"})
"""Reads of what comes with CompanyOS, too: the same policy has the same name in every tenant."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """Somebody of a demo tenant who may read everything there, and what they have seen."""

    who: Client
    sight: Seen


@dataclass(frozen=True, slots=True)
class Demo:
    known: list[Operation]
    tenants: dict[DemoTenant, Tenant]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(copy_demo: CopyDemo, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    """A house of its own on a copy of the demo, and its two tenants."""
    settings = Settings(data=copy_demo(tmp_path_factory.mktemp("house")), **UNLIMITED)
    async with running(compose(settings), background=False) as house, in_process(asgi(house)) as http:
        identity_of(house).settings.access_token_seconds = PATIENCE
        world = World(house, http, {tenant.slug: (tenant.id, tenant.slug) for tenant in (HOME, ACME)})
        document = (await http.get("/api/v1/openapi.json")).json()
        known = [one for one in operations(document) if one.id not in ENDLESS]
        tenants = {}
        for tenant in (HOME, ACME):
            who = await world.person(*ALL_ROLES, tenant=tenant.slug, mfa_ago=FRESH)
            tenants[tenant] = Tenant(who, await look_around(who, known))
        yield Demo(known, tenants)


async def test_the_demo_tenants_have_no_id_in_common(demo: Demo) -> None:
    home, acme = demo.tenants[HOME].sight, demo.tenants[ACME].sight
    assert min(len(home.values), len(acme.values)) > 200
    assert shared_ids(home, acme) == []


async def test_what_one_demo_tenant_shows_names_nothing_in_the_other(demo: Demo) -> None:
    for theirs, ours in permutations(demo.tenants.values()):
        secrets = theirs.sight.without(ours.sight)
        telling = [
            value for value in secrets if UUID_TEXT.search(value) or "@" in value
        ]  # no word of the language
        for operation in (one for one in demo.known if not one.mutates):
            calls = [
                c
                for c, v in everywhere(operation, some(secrets, 1))
                if v in (*c.path.values(), c.query.get("q"))
            ]
            async for call, answer in answers(ours.who, calls):
                assert leaked(telling, answer, call.text) == [], call.text
                named_alike = operation.id in EVERYBODYS
                assert not call.path or not answer.is_success or named_alike, call.text
