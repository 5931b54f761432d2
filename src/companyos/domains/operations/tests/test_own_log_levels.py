"""Our own services follow what is kept, each by itself, in every process."""

from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from companyos.domains.operations.outside.own_processes import Following
from companyos.domains.operations.testing import a_service
from companyos.kernel.logs import configure_logs
from companyos.spines.telemetry.instruments.instruments import SERVICE
from companyos.spines.telemetry.instruments.levels import Levels
from companyos.spines.telemetry.intake import Owner
from companyos.testing.world import World

OWN = "companyos.domains.operations.service.log_levels.OwnTenant"


@pytest.fixture
def written(world: World) -> Iterator[StringIO]:
    """What the process writes into its log; the levels are as before afterwards."""
    out, levels = StringIO(), world.house.adapter(Levels)
    kept = structlog.get_config()
    configure_logs(levels.default, extra=(levels.sift,), to=out)
    yield out
    levels.put({})
    structlog.configure(**kept)


async def test_each_of_our_services_writes_what_it_was_told(
    world: World, written: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    engineer = await world.person("platform_engineer")
    owner = Owner(engineer.tenant, "prod")

    async def ours() -> Owner:
        return owner

    monkeypatch.setattr(OWN, lambda _: ours)
    await a_service(engineer, "companyos-relay")
    following = Following.__new__(Following)
    following.house, following.owner = world.house, ours  # type: ignore[assignment]
    log, levels = structlog.get_logger("any"), world.house.adapter(Levels)

    async def told(level: str | None) -> str:
        answer = await engineer.put("/services/companyos-relay/log-level", {"level": level})
        assert answer.status_code == 200, answer.text
        await world.deliver()
        assert (await engineer.get("/services/companyos-relay/log-level")).json()["status"] == "set"
        await following.read()
        written.truncate(0)
        for service in ("companyos-relay", "companyos-identity"):
            SERVICE.set(service)
            log.debug(f"{service} speaks softly")
            log.error(f"{service} cries")
        return written.getvalue()

    assert levels.of("companyos-relay") == levels.default == "warning"
    assert "speaks" not in await told("error")
    said = await told("debug")
    assert "companyos-relay speaks" in said and "companyos-identity speaks" not in said
    assert said.count("cries") == 2
    assert "speaks" not in await told(None)


def test_a_service_may_write_less_than_the_rest() -> None:
    levels = Levels("warning")
    levels.put({"companyos-api": "error"})
    SERVICE.set("companyos-api")
    with pytest.raises(structlog.DropEvent):
        levels.sift(None, "warning", {"level": "warning"})
    assert levels.sift(None, "error", {"level": "error"}) == {"level": "error"}
    SERVICE.set("companyos-relay")
    assert levels.sift(None, "warning", {"level": "warning"}) == {"level": "warning"}
    levels.put({})
