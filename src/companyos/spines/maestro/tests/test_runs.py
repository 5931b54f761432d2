"""Runs from the dry run to the evidence pack: forward, back, held, told to stop."""

import asyncio
import io
import json
import zipfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from companyos.spines.maestro.settings import MaestroSettings

from .acting import code, effects, go_on, put, shown, start, started, states
from .conftest import Stage

NOW = timedelta(0)

TWO = """
plan: two
title: Two notes
parameters:
  fail: {type: boolean, default: false}
steps:
  - {name: first, do: probe.note, with: {text: a}}
  - {name: out, do: probe.mark, with: {text: b}}
  - name: which
    do: branch
    if: parameters.fail
    then:
      - {name: bad, do: probe.note, with: {text: "${steps.first.text}", fail: true}}
    else:
      - {name: good, do: probe.note, with: {text: c}}
"""


async def test_a_plan_is_shown_run_and_proved(stage: Stage, outside: Path) -> None:
    sre = await stage.world.person("sre", mfa_ago=NOW)
    name = await put(sre, TWO)
    dry = await shown(sre, name)
    assert dry["steps"][0]["sentence"] == "Note a."
    assert dry["may"] and not (await sre.get("/runs")).json()["items"]
    run = await started(sre, name)
    assert run["state"] == "queued" and run["hash"] == dry["hash"]
    over = await go_on(stage.world, sre, run["id"])
    assert over["state"] == "succeeded", over
    assert states(over) == {"first": "done", "out": "done", "which": "done", "bad": "skipped", "good": "done"}
    assert effects(over) == ["+first", "+good"]

    pack = await sre.get(f"/evidence/{over['evidence'][0]}")
    assert pack.status_code == 200, pack.text
    with zipfile.ZipFile(io.BytesIO(pack.content)) as files:
        told = json.loads(files.read("run.json"))
        assert told["plan_hash"] == dry["hash"] and told["asked_by"] == f"person:{sre.id}"
        assert files.read("plan.yaml").decode() == TWO
        assert sha256(files.read("plan.json")).hexdigest() == dry["hash"], "it is what was approved"
        assert json.loads(files.read("dry_run.json"))["effects"][0] == "Note a."
        assert json.loads(files.read("decisions.json"))["start"]["allowed"] is True
        steps = json.loads(files.read("steps.json"))["steps"]
        assert steps[1]["verification"] == {"state": "done", "sentence": "It is there."}
        assert b"Every step is done." in files.read("log.txt")
    summary = await sre.get(f"/evidence/{over['evidence'][0]}/summary")
    assert summary.json()["verified"] is True, summary.text


async def test_a_failing_step_is_taken_back_with_all_before_it(stage: Stage, outside: Path) -> None:
    sre = await stage.world.person("sre", mfa_ago=NOW)
    name = await put(sre, TWO)
    over = await go_on(stage.world, sre, (await started(sre, name, fail=True))["id"])
    assert over["state"] == "failed" and "bad failed: It was told to fail." in over["sentence"]
    assert states(over) == {
        "first": "undone",
        "out": "undone",
        "which": "done",
        "bad": "failed",
        "good": "pending",
    }
    assert effects(over) == ["+first", "-first"]
    assert [line.split()[0] for line in outside.read_text().splitlines()] == ["EFFECT", "UNDONE"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("guards: [\"!('first' in steps)\"]\n", "The guard does not hold"),
        ("guards: [steps.which.taken]\n", "The guard cannot be answered"),
    ],
)
async def test_a_guard_that_does_not_hold_turns_the_run_back(
    stage: Stage, outside: Path, change: str, sentence: str
) -> None:
    sre = await stage.world.person("sre", mfa_ago=NOW)
    name = await put(sre, TWO.replace("steps:\n", f"{change}steps:\n", 1))
    over = await go_on(stage.world, sre, (await started(sre, name))["id"])
    assert over["state"] == "failed" and sentence in over["sentence"]
    assert effects(over) in ([], ["+first", "-first"])


async def test_retries_wait_and_the_attempts_are_told(stage: Stage, outside: Path) -> None:
    sre = await stage.world.person("sre", mfa_ago=NOW)
    retried = "{text: a, fail: true}, retries: {attempts: 3, wait: 10ms}"
    name = await put(sre, TWO.replace("{text: a}", retried))
    over = await go_on(stage.world, sre, (await started(sre, name))["id"])
    assert over["state"] == "failed" and over["steps"][0]["attempts"] == 3
    assert effects(over) == [], "each attempt rolled back"


async def test_the_dry_run_fails_closed(stage: Stage) -> None:
    sre = await stage.world.person("sre")
    name = await put(sre, "plan: half\nsteps: [{name: a, do: probe.half, with: {text: x}}]")
    answer = await sre.post(f"/plans/{name}/dry-run", {})
    assert code(answer) == (422, "step_type_incomplete")
    assert "verify, undo" in answer.json()["detail"]
    types = {t["name"]: t["missing"] for t in (await sre.get("/step-types")).json()}
    assert types["probe.half"] == ["verify", "undo"] and types["maestro.wait"] == []


async def test_only_what_was_shown_is_started(stage: Stage) -> None:
    sre = await stage.world.person("sre", mfa_ago=NOW)
    name = await put(sre, TWO)
    dry = await shown(sre, name)
    await put(sre, TWO.replace("text: c", "text: d"))
    assert code(await start(sre, name, dry["hash"])) == (409, "plan_changed")
    dry = await shown(sre, name)
    assert code(await start(sre, name, dry["hash"], fail=True)) == (409, "plan_changed")


async def test_who_may_start(stage: Stage) -> None:
    world = stage.world
    sre, stale = await world.person("sre", mfa_ago=NOW), await world.person("sre", mfa_ago=timedelta(hours=1))
    support, stranger = await world.person("support", mfa_ago=NOW), await world.person("sre", tenant="other")
    name = await put(sre, TWO)
    hash_ = (await shown(sre, name))["hash"]
    assert (await start(stale, name, hash_)).status_code == 401
    assert (await start(support, name, hash_)).status_code == 403
    assert (await start(stranger, name, hash_)).status_code == 404
    run = (await started(sre, name))["id"]
    assert (await stranger.get(f"/runs/{run}")).status_code == 404
    elsewhere = await world.person("sre", environment="stage")
    assert (await elsewhere.get(f"/runs/{run}")).status_code == 404


async def test_double_clicks_and_two_starts_at_once(stage: Stage) -> None:
    sre = await stage.world.person("sre", mfa_ago=NOW)
    name = await put(sre, TWO)
    hash_ = (await shown(sre, name))["hash"]
    once = {"Idempotency-Key": "the-same-click"}
    first = await start(sre, name, hash_, headers=once)
    again = await start(sre, name, hash_, headers=once)
    assert first.status_code == 201 and again.json()["id"] == first.json()["id"]
    other = (await shown(sre, name, fail=True))["hash"]
    both = await asyncio.gather(*(start(sre, name, other, fail=True) for _ in range(2)))
    assert sorted(code(answer) for answer in both) == [(201, ""), (409, "run_exists")]


async def test_pause_resume_cancel(stage: Stage, outside: Path) -> None:
    sre = await stage.world.person("sre", mfa_ago=NOW)
    name = await put(sre, TWO)
    run = (await started(sre, name))["id"]
    assert (await sre.post(f"/runs/{run}/pause")).json()["state"] == "paused"
    assert states(await go_on(stage.world, sre, run))["first"] == "pending"
    assert code(await sre.post(f"/runs/{run}/pause")) == (409, "verb_not_possible")
    assert (await sre.post(f"/runs/{run}/resume")).json()["state"] == "queued"
    assert (await sre.post(f"/runs/{run}/cancel")).json()["state"] == "cancelling"
    over = await go_on(stage.world, sre, run)
    assert over["state"] == "cancelled" and effects(over) == [] and len(over["evidence"]) == 1


async def test_a_step_that_fails_while_the_run_is_held_is_not_passed_over(
    stage: Stage, outside: Path
) -> None:
    sre = await stage.world.person("sre", mfa_ago=NOW)
    run = (await started(sre, await put(sre, TWO)))["id"]
    assert (await sre.post(f"/runs/{run}/pause")).status_code == 200
    failed = text(
        "update maestro.step set state = 'failed', sentence = 'No.' where run = :run and name = 'first'"
    )
    async with stage.house.begin(tenant=sre.tenant, environment="prod") as work:
        await work.db.execute(failed, {"run": run})
    assert (await sre.post(f"/runs/{run}/resume")).status_code == 200
    over = await go_on(stage.world, sre, run)
    assert over["state"] == "failed" and effects(over) == [] and not outside.exists()


async def test_a_run_that_succeeded_is_taken_back(stage: Stage, outside: Path) -> None:
    sre = await stage.world.person("sre", mfa_ago=NOW)
    name = await put(sre, TWO)
    run = (await started(sre, name))["id"]
    await go_on(stage.world, sre, run)
    asked = {"action": "maestro:run.undo", "type": "maestro.run", "id": run}
    seen = (await sre.post("/preflights", asked)).json()
    assert seen["decision"]["allowed"] and len(seen["preview"]["effects"]) == 3
    body = {"plan_hash": seen["preview"]["hash"]}
    both = await asyncio.gather(*(sre.post(f"/runs/{run}/undo", body) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [200, 409], "two clicks undo once"
    over = await go_on(stage.world, sre, run)
    assert over["state"] == "undone" and effects(over) == ["+first", "+good", "-good", "-first"]
    assert len(over["evidence"]) == 2


async def test_whoever_loses_their_role_meanwhile_is_stopped(stage: Stage, outside: Path) -> None:
    world = stage.world
    sre, admin = await world.person("sre", mfa_ago=NOW), await world.person("tenant_admin", mfa_ago=NOW)
    called = "- {name: call, do: maestro.http, with: {url: 'http://127.0.0.1:9/', secret: secret:hook}}"
    name = await put(sre, TWO.replace("  - name: which", f"  {called}\n  - name: which"))
    run = (await started(sre, name))["id"]
    assert (await admin.patch(f"/people/{sre.id}", {"roles": ["support"]})).status_code == 200
    over = await go_on(world, admin, run)
    assert over["state"] == "failed" and "may not do this any more" in over["sentence"]
    assert effects(over) == ["+first", "-first"]


async def test_what_nobody_can_tell_waits_for_a_person(stage: Stage, outside: Path) -> None:
    sre = await stage.world.person("sre", mfa_ago=NOW)
    name = await put(sre, "plan: blind\nsteps: [{name: a, do: probe.blind, with: {text: x}}]")
    run = (await started(sre, name))["id"]
    begun = text(
        "update maestro.step set state = 'applying', attempts = 1,"
        """ verdict = '{"executor": "01a20432-ae05-7e6c-b417-2e9e267d1892"}' where run = :run"""
    )
    async with stage.house.begin(tenant=sre.tenant, environment="prod") as work:
        await work.db.execute(begun, {"run": run})
    stuck = await go_on(stage.world, sre, run)
    assert stuck["state"] == "stuck" and states(stuck) == {"a": "unsure"} and not outside.exists()

    async def preview(finding: str) -> dict[str, Any]:
        on = {"action": "maestro:run.settle", "type": "maestro.run", "id": run}
        seen = await sre.post("/preflights", {**on, "input": {"step": "a", "finding": finding}})
        found: dict[str, Any] = seen.json()
        return found

    done, absent = (await preview("done"))["preview"], (await preview("absent"))["preview"]
    assert done["effects"][1] == "It counts as done, without an output." and done["hash"] != absent["hash"]
    assert (await preview("perhaps"))["reasons"][0]["where"] == "/input"
    found = {"step": "a", "finding": "done", "note": "I saw it", "plan_hash": done["hash"]}
    assert (await sre.post(f"/runs/{run}/settle", {**found, "step": "b"})).status_code == 422
    other = {**found, "plan_hash": absent["hash"]}
    assert code(await sre.post(f"/runs/{run}/settle", other)) == (409, "plan_changed")
    finance = await stage.world.person("finance_ops", mfa_ago=NOW)
    assert (await finance.post(f"/runs/{run}/settle", found)).status_code in (403, 404)
    assert (await sre.post(f"/runs/{run}/settle", found)).status_code == 200
    over = await go_on(stage.world, sre, run)
    assert over["state"] == "succeeded" and not outside.exists()
    assert "It was done, somebody found: I saw it" in [line["text"] for line in over["log"]]
    assert (await preview("done"))["reasons"][0]["code"] == "verb_not_possible"


async def test_limits(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    sre = await stage.world.person("sre", mfa_ago=NOW)
    name = await put(sre, TWO.replace("steps:\n", "concurrency: {limit: 1}\nsteps:\n", 1))
    first, second = await started(sre, name), await started(sre, name, fail=True)
    async with stage.house.begin(tenant=sre.tenant, environment="prod") as work:
        await work.db.execute(
            text("update maestro.run set state = 'running' where id = :id"), {"id": first["id"]}
        )
    assert (await go_on(stage.world, sre, second["id"], to_rest=True))["state"] == "queued", "one at a time"
    few = MaestroSettings(tenant_starts_per_minute=2)
    monkeypatch.setitem(stage.house.part_settings, MaestroSettings, few)
    await put(sre, TWO.replace("text: c", "text: e"))
    answer = await start(sre, name, (await shown(sre, name))["hash"])
    assert answer.status_code == 429 and answer.headers["retry-after"] == "60"


async def test_plans_have_versions(stage: Stage) -> None:
    sre = await stage.world.person("sre")
    name = await put(sre, TWO)
    assert (await sre.put(f"/plans/{name}", {"source": TWO})).json()["version"] == 1, "the same text again"
    changed = {"source": TWO.replace("Two notes", "Notes")}
    old = await sre.put(f"/plans/{name}", changed, headers={"If-Match": '"0"'})
    assert old.status_code == 412
    assert (await sre.put(f"/plans/{name}", changed, headers={"If-Match": '"1"'})).json()["version"] == 2
    versions: list[Any] = (await sre.get(f"/plans/{name}/versions")).json()["items"]
    assert [v["version"] for v in versions] == [2, 1] and versions[1]["source"] == TWO
    assert (await sre.put("/plans/other", {"source": TWO})).status_code == 422
    wrong = await sre.put(
        f"/plans/{name}", {"source": TWO.replace("probe.note", "probe.nota"), "file": "a.yaml"}
    )
    assert wrong.status_code == 422
    assert [r["where"] for r in wrong.json()["reasons"]] == ["a.yaml:7", "a.yaml:13", "a.yaml:15"]
    assert (await sre.delete(f"/plans/{name}")).status_code == 204
    assert (await sre.get(f"/plans/{name}")).status_code == 404
    support = await stage.world.person("support")
    assert (await support.put("/plans/mine", {"source": TWO})).status_code in (403, 404)
