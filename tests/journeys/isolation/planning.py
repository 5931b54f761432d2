"""Plans and their runs: what fills a tenant with them, and every verb that moves one."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from companyos.spines.maestro.testing import carry_out
from companyos.testing.world import Client, World

from .asking import gone, made, seen_before

UNSURE = (
    text("update maestro.step set state = 'unsure' where run = :run"),
    text("update maestro.run set state = 'stuck' where id = :run"),
)
"""What a crash leaves where nobody can tell whether the step was done."""


async def plan_and_run(world: World, who: Client, word: str) -> None:
    """A channel, a plan that tells it something, and a run of the plan that has ended."""
    await made(who, "POST", "/channels", {"name": f"{word}-room", "mail": [f"room@{word}.example"]})
    await made(who, "PUT", f"/plans/{word}-plan", {"source": _source(word)})
    run = await _started(who, word)
    await carry_out(world.house, who.tenant, "prod", UUID(run), to_rest=True)
    await world.deliver()  # the letter leaves; until then the step waits for it
    await carry_out(world.house, who.tenant, "prod", UUID(run))
    assert (await made(who, "GET", f"/runs/{run}", None))["state"] == "succeeded"


async def move_plans_and_runs(world: World, who: Client, word: str) -> None:
    """Every verb of plans, runs and channels that `plan_and_run` leaves out."""
    plan = f"/plans/{word}-plan"
    await made(who, "POST", "/plans/check", {"source": _source(word)})
    on = {"plan_hash": (await _shown(who, word))["hash"]}
    await made(who, "POST", f"{plan}/schedule", on)
    await gone(who, f"{plan}/schedule")
    run = await _started(who, word)
    for verb in ("pause", "resume", "cancel"):
        await made(who, "POST", f"/runs/{run}/{verb}", None)
    await carry_out(world.house, who.tenant, "prod", UUID(run))
    open_ = await _started(who, word)
    await _settle(world, who, open_)
    busy = (await made(who, "GET", "/runs?state=succeeded", None))["items"][0]["id"]
    shown = await seen_before(who, "maestro:run.undo", {}, type="maestro.run", id=busy)
    assert (await who.send("POST", f"/runs/{busy}/undo", shown)).status_code == 409, "the same goes on"
    await carry_out(world.house, who.tenant, "prod", UUID(open_))
    done = (await made(who, "GET", "/runs?state=succeeded", None))["items"][0]["id"]
    shown = await seen_before(who, "maestro:run.undo", {}, type="maestro.run", id=done)
    await made(who, "POST", f"/runs/{done}/undo", shown)
    await gone(who, plan)
    await gone(who, f"/channels/{word}-room")


async def _settle(world: World, who: Client, run: str) -> None:
    async with world.house.begin(tenant=who.tenant, environment="prod") as work:
        for crash in UNSURE:
            await work.db.execute(crash, {"run": run})
    found = {"step": "tell", "finding": "done"}
    shown = await seen_before(who, "maestro:run.settle", found, type="maestro.run", id=run)
    await made(who, "POST", f"/runs/{run}/settle", {**found, **shown, "note": "The letter is there"})


async def _shown(who: Client, word: str) -> Any:
    return await made(who, "POST", f"/plans/{word}-plan/dry-run", {"parameters": {}})


async def _started(who: Client, word: str) -> str:
    order = {"plan_hash": (await _shown(who, word))["hash"], "reason": f"{word} words"}
    return str((await made(who, "POST", f"/plans/{word}-plan/runs", order))["id"])


def _source(word: str) -> str:
    return (
        f"plan: {word}-plan\ntitle: {word} plan\nschedule: {{cron: '0 3 * * *'}}\nsteps:\n"
        f"  - {{name: tell, do: notices.notify, with: {{to: [{word}-room], subject: {word} words}}}}\n"
    )
