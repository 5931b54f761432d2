"""An executor goes on when there is something to do, and does not sit out the pause between two looks."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path

import pytest

from companyos.adapters.postgres.live import NotifiedLive
from companyos.kernel.ports.live import Live
from companyos.spines.maestro.engine.executor import Executor
from companyos.spines.maestro.settings import MaestroSettings
from companyos.testing.world import Client

from .acting import look, put, started
from .conftest import Stage

LOOK = 5.0
RESTING = """
plan: resting
steps:
  - {name: first, do: maestro.wait, with: {for: 100ms}}
  - {name: second, do: maestro.wait, with: {for: 100ms}}
  - {name: note, do: probe.note, with: {text: a}}
"""


async def test_a_call_and_the_end_of_a_rest_are_not_waited_for(
    stage: Stage, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(stage.house.part_settings, MaestroSettings, MaestroSettings(look_seconds=LOOK))
    sre = await stage.world.person("sre", mfa_ago=timedelta(0))
    name = await put(sre, RESTING)
    live = stage.house.adapter(Live)
    assert isinstance(live, NotifiedLive)
    tasks = [asyncio.create_task(live.run()), asyncio.create_task(Executor(stage.house).run())]
    try:
        await _over(sre, (await started(sre, name))["id"])  # the first one loads the engine
        began = time.monotonic()
        over = await _over(sre, (await started(sre, name))["id"])
        assert time.monotonic() - began < LOOK, (
            "three times it had to be taken up: when asked for, and after each rest"
        )
        assert over == "succeeded"
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _over(who: Client, run: str) -> str:
    async with asyncio.timeout(60):
        while not (found := await look(who, run))["finished_at"]:
            await asyncio.sleep(0.05)
    return str(found["state"])
