"""A house is killed 200 times under load (COMPANYOS_TEST_KILLS says another number): nothing lost or doubled."""

import os

import pytest

from companyos.domains.analytics.tests.kills import survive
from companyos.testing.houses import settings_on
from companyos.testing.postgres import TestServer

pytestmark = [pytest.mark.scaled, pytest.mark.timeout(7200)]

KILLS = int(os.environ.get("COMPANYOS_TEST_KILLS", "200"))


async def test_two_hundred_kills_lose_nothing_and_count_nothing_twice(
    postgres: TestServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name = postgres.create(template)
    load = await survive(settings_on(postgres, name, tmp_path_factory), KILLS)
    assert load.repeated >= KILLS // 2
    postgres.drop(name)
