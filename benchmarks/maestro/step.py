"""What does a step of a plan cost? A run of many steps whose effect is one row, beside the same step in bare DBOS.

The step is claimed, guarded, planned anew, permitted anew, done, verified, logged and announced in one transaction, and
checkpointed by DBOS. The peer is a DBOS step that inserts one row in a transaction of its own, on the same database.
Figure: what a step adds to its own effect takes at most 20 ms at the 99th percentile.
"""

import asyncio
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from companyos.app.compose import compose
from companyos.app.demo import seed_demo
from companyos.app.running import running
from companyos.kernel.demo import HOME, PEOPLE
from companyos.kernel.domain import Domain
from companyos.kernel.house import House
from companyos.kernel.settings import Settings
from companyos.kernel.steps import Effect, Inputs, Outcome, StepCall, StepType, Verdict
from companyos.kernel.work import MFA, Actor, Work
from companyos.spines.maestro.engine.executor import Executor
from companyos.spines.maestro.service import plans, runs
from companyos.spines.maestro.store import Runs

STEPS, ROUNDS, FIGURE = 20, 20, 20.0
SRE = next(p for p in PEOPLE if p.role == "sre")
_ROW = text(
    "insert into maestro.run_entry (tenant_id, run, id, at, actor, step, text)"
    " values (:tenant, :run, gen_random_uuid(), now(), 'benchmark', '', 'row')"
)
_ROUNDS = text("select round from maestro.due where tenant_id = :tenant and run = :run")
starts: list[float] = []


async def plan(work: Work, call: StepCall) -> Effect:
    return Effect("Insert a row.", undo="Leave it.")


async def apply(work: Work, call: StepCall) -> Outcome:
    starts.append(time.perf_counter())
    await work.db.execute(_ROW, {"tenant": work.tenant, "run": call.run})
    return Outcome("Inserted.")


async def verify(work: Work, call: StepCall, outcome: Outcome | None) -> Verdict:
    return Verdict("done", "It is there.")


async def undo(work: Work, call: StepCall, outcome: Outcome) -> Outcome:
    return Outcome("Left.")


BENCH = Domain("bench", "Benchmark", steps=(StepType("bench.row", "Row", Inputs, plan, apply, verify, undo),))


async def one_run(house: House, source: str, number: int) -> list[float]:
    """The seconds from one effect to the next, through everything between."""
    actor = Actor(
        "person", str(SRE.id), SRE.name, frozenset({SRE.role}), acr=MFA, auth_time=datetime.now(UTC)
    )
    async with house.begin(tenant=HOME.id, environment="prod", actor=actor) as work:
        if number == 0:
            await plans.put_plan(work, "bench", source, if_match=None, file="bench.yaml")
        shown = await plans.look(work, "bench", {})
        run = await runs.start_run(work, "bench", {}, plan_hash=shown.hash, reason="")
    starts.clear()
    while (await _state(house, run.id)) not in ("succeeded", "failed"):
        await asyncio.sleep(0.5)
    assert len(starts) == STEPS, f"{len(starts)} steps ran"
    async with house.begin(tenant=HOME.id, environment="prod") as work:
        rounds = await work.db.scalar(_ROUNDS, {"tenant": HOME.id, "run": run.id})
    assert rounds == 1, f"the run rested between its steps: {rounds} rounds"
    return [after - before for before, after in pairwise(starts)]


async def _state(house: House, run: UUID) -> str:
    async with house.begin(tenant=HOME.id, environment="prod") as work:
        return (await Runs(work).get(run)).state


async def bare(house: House, executor: Executor) -> list[float]:
    """The same row as a DBOS step with a transaction of its own."""
    dbos: Any = executor.durable.dbos
    home = asyncio.get_running_loop()
    seen: list[float] = []

    async def row() -> None:
        async with house.begin(tenant=HOME.id, environment="prod") as work:
            seen.append(time.perf_counter())
            await work.db.execute(_ROW, {"tenant": HOME.id, "run": HOME.id})

    async def step() -> None:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(row(), home))

    @dbos.DBOS.workflow(name="benchmark")
    async def peer() -> None:
        for _ in range(STEPS):
            await dbos.DBOS.run_step_async({"name": "row"}, step)

    for _ in range(ROUNDS):
        handle = await asyncio.to_thread(dbos.DBOS.start_workflow, peer)
        await asyncio.to_thread(handle.get_result)
    return [after - before for before, after in pairwise(seen)]


async def main() -> int:
    steps = "\n".join(f"  - {{name: s{n}, do: bench.row}}" for n in range(STEPS))
    source = f"plan: bench\ntitle: Benchmark\nsteps:\n{steps}\n"
    with tempfile.TemporaryDirectory() as folder:
        house = compose(Settings(data=Path(folder), demo_git=Path("/nonexistent")))
        house.parts = (*house.parts, BENCH)
        async with running(house, background=False):
            await seed_demo(house)
            executor = Executor(house)
            carrying = asyncio.create_task(executor.run())
            ours = [took for n in range(ROUNDS) for took in await one_run(house, source, n)]
            peers = await bare(house, executor)
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)
    return report(ours, peers)


def report(ours: list[float], peers: list[float]) -> int:
    def at(share: float, of: list[float]) -> float:
        return sorted(of)[int(len(of) * share)] * 1000

    print(
        f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; no run rested between its steps"
    )
    added = at(0.99, ours) - at(0.5, peers)
    print(f"bare DBOS step, one row         p50 {at(0.5, peers):6.2f} ms   p99 {at(0.99, peers):6.2f} ms")
    print(f"a step of a plan, the same row  p50 {at(0.5, ours):6.2f} ms   p99 {at(0.99, ours):6.2f} ms")
    print(f"ratio of the medians {at(0.5, ours) / at(0.5, peers):.2f}")
    print(f"overhead p99 {added:.1f} ms (at most {FIGURE:g}): {'yes' if added <= FIGURE else 'NO'}")
    return int(added > FIGURE)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
