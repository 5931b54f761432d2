"""Our own services follow what is kept, each by itself, in every process."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import structlog

from companyos.domains.operations.outside.own_processes import Following
from companyos.domains.operations.testing import a_service
from companyos.kernel.logs import configure_logs
from companyos.spines.telemetry.instruments.instruments import SERVICE
from companyos.spines.telemetry.instruments.levels import Levels
from companyos.spines.telemetry.intake import Owner
from companyos.spines.telemetry.settings import TelemetrySettings
from companyos.testing.world import Client, World

from .second_process import OVER

OWN = "companyos.domains.operations.service.log_levels.OwnTenant"
PATIENCE = 60.0
"""Seconds: what another process may take on a busy machine; nothing is measured by it."""


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


async def test_a_second_process_follows_by_news(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engineer = await world.person("platform_engineer")
    await a_service(engineer, "companyos-relay")
    ours = TelemetrySettings(own_tenant=engineer.slug)
    monkeypatch.setitem(world.house.part_settings, TelemetrySettings, ours)
    second = await _second(world, engineer, tmp_path)
    try:
        assert not await _writes(second)
        for level, writes in (("debug", True), (None, False)):
            async with asyncio.timeout(PATIENCE):
                while await _writes(second) != writes:  # told again: who begins to listen may miss the first
                    answer = await engineer.put("/services/companyos-relay/log-level", {"level": level})
                    assert answer.status_code == 200, answer.text
                    await world.deliver()
    finally:
        second.kill()
        await second.wait()


async def _second(world: World, who: Client, folder: Path) -> Process:
    """Another process of the house that who's tenant belongs to, once it writes."""
    settings = world.house.settings
    words = (settings.database, settings.database_owner, str(settings.data), f"file:{folder / 'stream'}")
    tenant = {"COMPANYOS_TELEMETRY_OWN_TENANT": who.slug, "COMPANYOS_TELEMETRY_OWN": "off"}
    second = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"{__package__}.second_process", *words),
        stdin=PIPE,
        stdout=PIPE,
        stderr=STDOUT,
        env={**os.environ, **tenant},
    )
    await asyncio.wait_for(_said(second), PATIENCE)
    return second


async def _said(second: Process) -> str:
    """What it said until it had done what it was told."""
    assert second.stdout
    lines: list[str] = []
    while line := (await second.stdout.readline()).decode():
        if line.strip() == OVER:
            return "".join(lines)
        lines.append(line)
    raise AssertionError(f"it ended: {''.join(lines)}")


async def _writes(second: Process) -> bool:
    """Whether it writes entries of level debug."""
    assert second.stdin
    second.stdin.write(b"softly spoken\n")
    return "softly spoken" in await _said(second)


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
