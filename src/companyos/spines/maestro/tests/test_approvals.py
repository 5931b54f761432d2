"""Somebody else's yes: to a whole plan, and within a run. And plans that start by themselves."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from companyos.spines.maestro.service.schedules import start_due
from companyos.testing.world import Client

from .acting import code, effects, go_on, put, shown, start, started, states
from .conftest import Stage

NOW = timedelta(0)
APPROVED = """
plan: approved
title: Somebody agrees
approval: true
steps: [{name: note, do: probe.note, with: {text: a}}]
"""
ASKING = """
plan: asking
title: Somebody agrees in between
steps:
  - {name: first, do: probe.note, with: {text: a}}
  - {name: ask, do: maestro.approval, with: {question: "Shall the rest be done?"}}
  - {name: rest, do: probe.note, with: {text: b}}
"""
NIGHTLY = """
plan: nightly
title: Each night
schedule: {cron: "0 3 * * *"}
steps: [{name: note, do: probe.note, with: {text: a}}]
"""


async def ask(who: Client, name: str, hash: str) -> str:
    told = {
        "kind": "act",
        "action": "maestro:run.start",
        "type": "maestro.plan",
        "id": name,
        "plan_hash": hash,
        "minutes": 10,
        "reason": "It is needed",
    }
    answer = await who.post("/elevations", told)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def approve(who: Client, elevation: str) -> None:
    asked = {"action": "identity:elevation.approve", "type": "identity.elevation", "id": elevation}
    seen = await who.post("/preflights", asked)
    assert seen.status_code == 200, seen.text
    answer = await who.post(f"/elevations/{elevation}/approve", {"plan_hash": seen.json()["preview"]["hash"]})
    assert answer.status_code == 200, answer.text


async def test_a_plan_that_wants_approval(stage: Stage, outside: Path) -> None:
    world = stage.world
    sre, boss = await world.person("sre", mfa_ago=NOW), await world.person("tenant_admin", mfa_ago=NOW)
    name = await put(sre, APPROVED)
    dry = await shown(sre, name)
    assert dry["decision"]["allowed"] is False
    refused = await start(sre, name, dry["hash"])
    assert refused.status_code == 403
    assert "request_access" in [r["remedy"]["kind"] for r in refused.json()["reasons"] if r["remedy"]]

    await approve(boss, await ask(sre, name, dry["hash"]))
    clicks = await asyncio.gather(*(start(sre, name, dry["hash"]) for _ in range(2)))
    assert sorted(answer.status_code for answer in clicks) == [201, 409], "a yes is for once"
    run = next(answer.json() for answer in clicks if answer.status_code == 201)
    assert run["elevation"]["approvers"] == [f"person:{boss.id}"]
    over = await go_on(world, sre, run["id"])
    assert over["state"] == "succeeded"
    assert code(await start(sre, name, dry["hash"]))[0] in (403, 409)


async def test_a_yes_is_void_when_the_plan_or_the_approver_changed(stage: Stage) -> None:
    world = stage.world
    sre, boss = await world.person("sre", mfa_ago=NOW), await world.person("tenant_admin", mfa_ago=NOW)
    name = await put(sre, APPROVED)
    dry = await shown(sre, name)
    await approve(boss, await ask(sre, name, dry["hash"]))
    await put(sre, APPROVED.replace("text: a", "text: b"))
    later = await shown(sre, name)
    assert later["hash"] != dry["hash"]
    assert code(await start(sre, name, dry["hash"])) == (409, "plan_changed")
    assert (await start(sre, name, later["hash"])).status_code == 403

    other = await world.person("tenant_admin", mfa_ago=NOW)
    await approve(boss, await ask(sre, name, later["hash"]))
    assert (await other.patch(f"/people/{boss.id}", {"roles": ["support"]})).status_code == 200
    gone = await start(sre, name, later["hash"])
    assert gone.status_code in (403, 409), gone.text
    assert not (await sre.get("/runs")).json()["items"]


@pytest.mark.parametrize("yes", [True, False])
async def test_a_run_asks_in_between(stage: Stage, outside: Path, yes: bool) -> None:
    world = stage.world
    sre, boss = await world.person("sre", mfa_ago=NOW), await world.person("tenant_admin", mfa_ago=NOW)
    run = (await started(sre, await put(sre, ASKING)))["id"]
    waiting = await go_on(world, sre, run, to_rest=True)
    assert waiting["state"] == "waiting" and effects(waiting) == ["+first"]
    id = waiting["steps"][1]["outcome"]["output"]["elevation"]
    if yes:
        await approve(boss, id)
    else:
        assert (await boss.post(f"/elevations/{id}/deny", {"note": "Not today"})).status_code == 200
    over = await go_on(world, sre, run)
    if yes:
        assert over["state"] == "succeeded" and effects(over) == ["+first", "+rest"]
        assert over["steps"][1]["sentence"] == "Somebody else approved it."
    else:
        assert over["state"] == "failed" and effects(over) == ["+first", "-first"]
        assert "Not today" in over["sentence"]


async def ring(stage: Stage, who: Client) -> None:
    """Let the alarm be due, and two processes look at it at once."""
    due = text("update maestro.alarm set at = now() where tenant_id = :tenant")
    async with stage.house.begin() as work:
        await work.db.execute(due, {"tenant": who.tenant})
    await asyncio.gather(start_due(stage.house), start_due(stage.house))


async def runs(who: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await who.get("/runs")).json()["items"]
    return found


async def test_a_plan_starts_by_itself_once(stage: Stage, outside: Path) -> None:
    sre = await stage.world.person("sre", mfa_ago=NOW)
    name = await put(sre, NIGHTLY)
    hash_ = (await shown(sre, name))["hash"]
    assert code(await sre.post(f"/plans/{name}/schedule", {"plan_hash": "0" * 64})) == (409, "plan_changed")
    on = await sre.post(f"/plans/{name}/schedule", {"plan_hash": hash_})
    assert on.status_code == 201, on.text
    await ring(stage, sre)
    (run,) = await runs(sre)
    assert run["scheduled"] and run["asked_by"] == f"person:{sre.id}"
    over = await go_on(stage.world, sre, run["id"])
    assert over["state"] == "succeeded" and states(over) == {"note": "done"}
    assert (await sre.delete(f"/plans/{name}/schedule")).status_code == 204
    assert (await sre.get(f"/plans/{name}")).json()["schedules"] == []


async def test_a_schedule_ends_with_what_it_was_turned_on_for(stage: Stage) -> None:
    world = stage.world
    sre, boss = await world.person("sre", mfa_ago=NOW), await world.person("tenant_admin", mfa_ago=NOW)
    name = await put(sre, NIGHTLY)
    body = {"plan_hash": (await shown(sre, name))["hash"]}
    assert (await sre.post(f"/plans/{name}/schedule", body)).status_code == 201
    await put(sre, NIGHTLY.replace("text: a", "text: b"))
    assert (await sre.get(f"/plans/{name}")).json()["schedules"] == [], "a new version turns it off"
    body = {"plan_hash": (await shown(sre, name))["hash"]}
    assert (await sre.post(f"/plans/{name}/schedule", body)).status_code == 201
    assert (await boss.patch(f"/people/{sre.id}", {"status": "locked"})).status_code == 200
    await ring(stage, sre)
    assert await runs(boss) == []
    assert (await boss.get(f"/plans/{name}")).json()["schedules"] == []


async def test_clocks_may_jump(stage: Stage, outside: Path) -> None:
    """Leases and the queue go by the database's clock alone; a run that waits, by what it wrote down."""
    sre = await stage.world.person("sre", mfa_ago=NOW)
    run = (
        await started(sre, await put(sre, "plan: w\nsteps: [{name: a, do: maestro.wait, with: {for: 1h}}]"))
    )["id"]
    assert (await go_on(stage.world, sre, run, to_rest=True))["state"] == "waiting"
    jumped = text(
        "update maestro.step set outcome = jsonb_set(outcome, '{output,until}',"
        " to_jsonb((now() - interval '1 second')::text)) where run = :run"
    )
    async with stage.house.begin(tenant=sre.tenant, environment="prod") as work:
        await work.db.execute(jumped, {"run": run})
    assert (await go_on(stage.world, sre, run))["state"] == "succeeded"
