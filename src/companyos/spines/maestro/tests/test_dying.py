"""kill −9 at every boundary of a step: no effect is lost, none happens twice, another process takes over in time."""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest
import pytest_asyncio

from companyos.app.compose import asgi
from companyos.app.running import running
from companyos.kernel.house import House
from companyos.spines.maestro.engine.executor import Executor
from companyos.spines.maestro.settings import MaestroSettings
from companyos.spines.maestro.tests import probe
from companyos.spines.maestro.tests.acting import put, started
from companyos.testing.houses import settings_on
from companyos.testing.postgres import TestServer
from companyos.testing.world import Client, World, in_process

TAKES_OVER = 10.0
LEASE = 1.0

FORWARD = """
plan: forward
title: Row, file, row
steps:
  - {name: first, do: probe.note, with: {text: a}}
  - {name: out, do: probe.mark, with: {text: b}}
  - {name: last, do: probe.note, with: {text: c}}
"""
BACK = """
plan: back
title: Row and file, taken back
steps:
  - {name: first, do: probe.note, with: {text: a}}
  - {name: out, do: probe.mark, with: {text: b}}
  - {name: last, do: probe.note, with: {text: c, fail: true}}
"""
BOUNDARIES = [
    ("forward", "first before"),
    ("forward", "first after"),
    ("forward", "out plan"),
    ("forward", "out before"),
    ("forward", "out after"),
    ("forward", "out recorded"),
    ("forward", "last plan"),
    ("back", "out undo before"),
    ("back", "out undo after"),
    ("back", "first undo before"),
    ("back", "first undo after"),
]


class Place:
    """A house whose runs are carried out by processes that die."""

    def __init__(self, house: House, who: Client, nursery: asyncio.subprocess.Process):
        self.house, self.who, self.nursery = house, who, nursery

    def victim(self, die: str, file: Path) -> None:
        """Begin a process that carries runs out, and dies where it is told to."""
        assert self.nursery.stdin
        self.nursery.stdin.write(json.dumps({"PROBE_DIE": die, "PROBE_FILE": str(file)}).encode() + b"\n")

    async def died(self) -> int:
        """Wait for it to die; the signal."""
        assert self.nursery.stdout
        return int(await asyncio.wait_for(self.nursery.stdout.readline(), 60))

    @asynccontextmanager
    async def survivor(self) -> AsyncIterator[None]:
        task = asyncio.create_task(Executor(self.house).run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def over(self, run: str, seconds: float) -> dict[str, Any]:
        ends = time.monotonic() + seconds
        while True:
            found: dict[str, Any] = (await self.who.get(f"/runs/{run}")).json()
            if found["finished_at"] or found["state"] == "stuck":
                return found
            assert time.monotonic() < ends, f"it is {found['state']}: {found['steps']}"
            await asyncio.sleep(0.05)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place(
    postgres: TestServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Place]:
    name = postgres.create(template)
    settings = settings_on(postgres, name, tmp_path_factory)
    words = [settings.database, settings.database_owner, str(tmp_path_factory.mktemp("victim"))]
    quick = {"COMPANYOS_MAESTRO_LEASE_SECONDS": str(LEASE), "COMPANYOS_LOG_LEVEL": "error"}
    nursery = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "companyos.spines.maestro.tests.probe", *words),
        stdin=PIPE,
        stdout=PIPE,
        env={**os.environ, **quick},
    )
    async with running(probe.probed(settings), background=False) as house:
        house.part_settings[MaestroSettings] = MaestroSettings(lease_seconds=LEASE)
        async with in_process(asgi(house)) as http:
            who = await World(house, http).person("sre", mfa_ago=timedelta(0))
            for source in (FORWARD, BACK):
                await put(who, source)
            yield Place(house, who, nursery)
    nursery.kill()
    await nursery.wait()
    postgres.drop(name)


@pytest.mark.parametrize(("plan", "die"), BOUNDARIES)
async def test_killed_at_every_boundary(
    place: Place, plan: str, die: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "outside"
    monkeypatch.setenv("PROBE_FILE", str(file))
    place.victim(die, file)
    run = (await started(place.who, plan))["id"]
    assert await place.died() == SIGKILL, "it should have died there"
    died = time.monotonic()
    async with place.survivor():
        over = await place.over(run, TAKES_OVER)
    assert time.monotonic() - died < TAKES_OVER

    states = {s["name"]: s["state"] for s in over["steps"]}
    written = [e["text"] for e in over["log"] if e["text"].startswith(("EFFECT", "UNDONE"))]
    key = f"{run}:"
    if plan == "forward":
        assert over["state"] == "succeeded"
        assert set(states.values()) == {"done"}
        assert sorted(written) == [f"EFFECT {key}first", f"EFFECT {key}last"]
        assert probe.lines() == [f"EFFECT {key}out"]
    else:
        assert over["state"] == "failed"
        assert states == {"first": "undone", "out": "undone", "last": "failed"}
        assert sorted(written) == [f"EFFECT {key}first", f"UNDONE {key}first"]
        assert probe.lines() == [f"EFFECT {key}out", f"UNDONE {key}out"]
    assert len(over["evidence"]) == 1
