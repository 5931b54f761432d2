"""Two who do the same at the same time: one does it, the other is told why not."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from companyos.kernel.problems import Conflict
from companyos.kernel.work import MFA, Actor, Work
from companyos.spines.maestro.service import control, runs

from .acting import go_on, put, shown, started
from .conftest import Stage

PLAN = "plan: once\nsteps: [{name: note, do: probe.note, with: {text: a}}]"


@pytest.mark.parametrize("undo_first", [True, False])
async def test_a_run_is_taken_back_while_the_same_is_started(
    stage: Stage, outside: Path, undo_first: bool
) -> None:
    sre = await stage.world.person("sre", mfa_ago=timedelta(0))
    name = await put(sre, PLAN)
    run = (await started(sre, name))["id"]
    assert (await go_on(stage.world, sre, run))["state"] == "succeeded"
    asked = {"action": "maestro:run.undo", "type": "maestro.run", "id": run}
    back = (await sre.post("/preflights", asked)).json()["preview"]["hash"]
    again = (await shown(sre, name))["hash"]
    actor = Actor("person", str(sre.id), "sre", frozenset({"sre"}), acr=MFA, auth_time=datetime.now(UTC))

    def work() -> AbstractAsyncContextManager[Work]:
        return stage.house.begin(tenant=sre.tenant, environment="prod", actor=actor)

    async def undo(own: Work) -> object:
        return await control.undo(own, UUID(run), plan_hash=back, reason="")

    async def start(own: Work) -> object:
        return await runs.start_run(own, name, {}, plan_hash=again, reason="")

    async def alone(act: Callable[[Work], Awaitable[object]]) -> None:
        async with work() as own:
            await act(own)

    first, second = (undo, start) if undo_first else (start, undo)
    async with work() as own:
        await first(own)
        other = asyncio.create_task(alone(second))
        done, _ = await asyncio.wait({other}, timeout=1.0)
        assert not done, "it waits for what the first one has not committed yet"
    with pytest.raises(Conflict) as refused:
        await other
    assert [reason.code for reason in refused.value.reasons] == ["run_exists"]
