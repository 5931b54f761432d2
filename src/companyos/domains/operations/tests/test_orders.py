"""The risky verbs: preflight, confirmation, step-up, evidence, the deployer and its answer."""

from datetime import timedelta
from typing import Any

import pytest

from companyos.domains.operations.outside.deployer import WebhookDeployer, deployer_key
from companyos.domains.operations.public.ports import Answer, DeployerUnreachable
from companyos.domains.operations.testing import (
    RecordingDeployer,
    a_deployment,
    a_service,
    deploying,
)
from companyos.testing.world import Client, World

FRESH = timedelta(seconds=5)


async def _two_versions(who: Client) -> dict[str, Any]:
    await a_service(who)
    await a_deployment(who, version="1.0.0", commit="aaaaaaa")
    return await a_deployment(who, version="1.1.0", commit="bbbbbbb", log_excerpt="Release 1.1.0")


async def _confirm(who: Client, id: str, verb: str, **more: Any) -> Any:
    plan = (await who.get(f"/deployments/{id}/preflight?verb={verb}")).json()
    return await who.post(
        f"/deployments/{id}/{verb}", {"reason": "Errors since 1.1.0", "plan_hash": plan["plan_hash"]} | more
    )


async def test_preflight_shows_what_will_happen_and_changes_nothing(world: World) -> None:
    sre = await world.person("sre")
    live = await _two_versions(sre)
    await a_service(sre, "checkout", depends_on=["payments-api"])
    await world.deliver()
    plan = (await sre.get(f"/deployments/{live['id']}/preflight?verb=roll_back")).json()
    assert (plan["from_version"], plan["target_version"]) == ("1.1.0", "1.0.0")
    assert [(a["id"], a["distance"]) for a in plan["blast_radius"]] == [("checkout", 1)]
    assert plan["decision"]["allowed"] is False  # a fresh second factor is missing, and the reasons say so
    assert any((r["remedy"] or {}).get("kind") == "step_up" for r in plan["decision"]["reasons"])
    assert "plan.json" in plan["evidence"]
    assert (await sre.get(f"/deployments/{live['id']}")).json() == live


async def test_without_a_fresh_second_factor_a_step_up_is_asked_for(world: World) -> None:
    sre = await world.person("sre")
    live = await _two_versions(sre)
    for who in (sre, await world.person("sre", mfa_ago=timedelta(hours=2))):
        answer = await _confirm(who, live["id"], "roll_back")
        assert answer.status_code == 401
        assert "insufficient_user_authentication" in answer.headers["www-authenticate"]
    assert (await sre.get(f"/deployments/{live['id']}")).json()["status"] == "succeeded"


async def test_a_roll_back_is_carried_out_recorded_and_proven(world: World) -> None:
    sre = await world.person("sre", mfa_ago=FRESH)
    live = await _two_versions(sre)
    deployer = RecordingDeployer(Answer("succeeded", "1.0.0 is up"))
    with deploying(world.house, deployer):
        answer = await _confirm(sre, live["id"], "roll_back")
        assert answer.status_code == 201, answer.text
        receipt = answer.json()
        assert (receipt["deployment"]["status"], receipt["deployment"]["version"]) == ("queued", "1.0.0")
        await world.deliver()
        await world.deliver()
    new = (await sre.get(f"/deployments/{receipt['deployment']['id']}")).json()
    assert (new["status"], new["log_excerpt"], new["replaces"]) == ("succeeded", "1.0.0 is up", live["id"])
    old = (await sre.get(f"/deployments/{live['id']}")).json()
    assert old["status"] == "rolled_back"
    assert (
        [e["id"] for e in old["evidence"]] == [receipt["evidence_id"]] == [e["id"] for e in new["evidence"]]
    )
    assert [(o.verb, o.version, o.commit) for o in deployer.orders] == [("roll_back", "1.0.0", "aaaaaaa")]


async def test_a_plan_that_changed_since_is_refused(world: World) -> None:
    sre = await world.person("sre", mfa_ago=FRESH)
    live = await _two_versions(sre)
    plan = (await sre.get(f"/deployments/{live['id']}/preflight?verb=roll_back")).json()
    await a_service(sre, "checkout", depends_on=["payments-api"])
    await world.deliver()
    answer = await sre.post(
        f"/deployments/{live['id']}/roll_back", {"reason": "Errors", "plan_hash": plan["plan_hash"]}
    )
    assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (409, "plan_changed")
    assert (await sre.get(f"/deployments/{live['id']}")).json()["status"] == "succeeded"


async def test_one_plan_is_carried_out_once(world: World) -> None:
    sre = await world.person("sre", mfa_ago=FRESH)
    live = await _two_versions(sre)
    plan = (await sre.get(f"/deployments/{live['id']}/preflight?verb=roll_back")).json()
    body = {"reason": "Errors", "plan_hash": plan["plan_hash"]}
    deployer = RecordingDeployer(Answer("succeeded"))
    with deploying(world.house, deployer):
        assert (await sre.post(f"/deployments/{live['id']}/roll_back", body)).status_code == 201
        assert (await sre.post(f"/deployments/{live['id']}/roll_back", body)).status_code == 409
        await world.deliver()
    assert len(deployer.orders) == 1


async def test_an_order_is_sent_again_with_the_same_id_until_it_is_taken(world: World) -> None:
    sre = await world.person("sre", mfa_ago=FRESH)
    live = await _two_versions(sre)
    deployer = RecordingDeployer(DeployerUnreachable("no route"), Answer("succeeded", "done"))
    with deploying(world.house, deployer):
        receipt = (await _confirm(sre, live["id"], "redeploy")).json()
        await world.deliver()
        waiting = (await sre.get(f"/deployments/{receipt['deployment']['id']}")).json()
        assert waiting["status"] == "queued"
        await _until_due(world)
    ended = (await sre.get(f"/deployments/{receipt['deployment']['id']}")).json()
    assert ended["status"] == "succeeded"
    assert len(deployer.orders) == 2
    assert deployer.orders[0] == deployer.orders[1]


async def test_a_deployer_may_report_the_end_later(world: World) -> None:
    sre = await world.person("sre", mfa_ago=FRESH)
    live = await _two_versions(sre)
    with deploying(world.house, RecordingDeployer(Answer("running", "on its way"))):
        receipt = (await _confirm(sre, live["id"], "roll_back")).json()
        await world.deliver()
    new = (await sre.get(f"/deployments/{receipt['deployment']['id']}")).json()
    assert (new["status"], new["log_excerpt"]) == ("running", "on its way")
    report = {
        "service": new["service"],
        "version": new["version"],
        "external_id": new["id"],
        "status": "failed",
    }
    ended = await sre.post("/deployments", {**report, "log_excerpt": "no room"})
    assert (ended.status_code, ended.json()["id"], ended.json()["status"]) == (200, new["id"], "failed")


async def test_an_order_that_nobody_takes_fails_in_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from companyos.domains.operations.settings import OperationsSettings

    sre = await world.person("sre", mfa_ago=FRESH)
    live = await _two_versions(sre)
    impatient = world.house.settings_of(OperationsSettings).model_copy(
        update={"deployer_patience_seconds": 0}
    )
    monkeypatch.setitem(world.house.part_settings, OperationsSettings, impatient)
    with deploying(world.house, RecordingDeployer(DeployerUnreachable("no route"))):
        receipt = (await _confirm(sre, live["id"], "redeploy")).json()
        await world.deliver()
    ended = (await sre.get(f"/deployments/{receipt['deployment']['id']}")).json()
    assert ended["status"] == "failed"
    assert "no route" in ended["log_excerpt"]


async def test_a_pause_holds_what_runs_and_nothing_else(world: World) -> None:
    sre = await world.person("sre", mfa_ago=FRESH)
    await a_service(sre)
    done = await a_deployment(sre, version="1")
    refused = await sre.get(f"/deployments/{done['id']}/preflight?verb=pause")
    assert refused.status_code == 409
    going = await a_deployment(sre, version="2", status="running")
    with deploying(world.house, RecordingDeployer(Answer("paused", "held"))):
        receipt = await _confirm(sre, going["id"], "pause")
        assert (receipt.status_code, receipt.json()["deployment"]["status"]) == (201, "paused")
        await world.deliver()
    held = (await sre.get(f"/deployments/{going['id']}")).json()
    assert (held["status"], held["log_excerpt"]) == ("paused", "held")
    older = await sre.get(f"/deployments/{done['id']}/preflight?verb=redeploy")
    assert (older.status_code, "moved on" in older.json()["detail"]) == (409, True)


async def test_the_first_version_cannot_be_rolled_back(world: World) -> None:
    sre = await world.person("sre", mfa_ago=FRESH)
    await a_service(sre)
    only = await a_deployment(sre)
    answer = await sre.get(f"/deployments/{only['id']}/preflight?verb=roll_back")
    assert (answer.status_code, "nothing to roll back to" in answer.json()["detail"]) == (409, True)


async def test_who_only_reads_is_refused_and_told_why(world: World) -> None:
    live = await _two_versions(await world.person("sre"))
    finance = await world.person("finance_ops", mfa_ago=FRESH)
    plan = (await finance.get(f"/deployments/{live['id']}/preflight?verb=roll_back")).json()
    assert plan["decision"]["allowed"] is False
    body = {"reason": "Curious", "plan_hash": plan["plan_hash"]}
    assert (await finance.post(f"/deployments/{live['id']}/roll_back", body)).status_code == 403
    other = await world.person("sre", tenant="other", mfa_ago=FRESH)
    assert (await other.post(f"/deployments/{live['id']}/roll_back", body)).status_code == 404


async def test_the_demo_deployer_checks_the_signature_and_does_each_order_once(world: World) -> None:
    sre = await world.person("sre", mfa_ago=FRESH)
    live = await _two_versions(sre)
    key = await deployer_key(world.house)
    real = WebhookDeployer("http://127.0.0.1:8700/demo/deployer", key, 5)
    real.client = world.http
    with deploying(world.house, real):
        receipt = (await _confirm(sre, live["id"], "roll_back")).json()
        await world.deliver()
    ended = (await sre.get(f"/deployments/{receipt['deployment']['id']}")).json()
    assert ended["status"] == "succeeded", ended
    assert "now 1.0.0" in ended["log_excerpt"]
    forger = WebhookDeployer("http://127.0.0.1:8700/demo/deployer", b"0" * 32, 5)
    forger.client = world.http
    recorder = RecordingDeployer(Answer("succeeded"))
    with deploying(world.house, recorder):
        again = await _confirm(sre, ended["id"], "redeploy")
        await world.deliver()
    assert again.status_code == 201
    with pytest.raises(DeployerUnreachable, match="401"):
        await forger.carry_out(recorder.orders[0])
    assert await real.carry_out(recorder.orders[0]) == await real.carry_out(recorder.orders[0])


async def _until_due(world: World) -> None:
    """The relay waits a second before it tries again; let that second be over."""
    import sqlalchemy as sa

    from companyos.app.tables import outbox

    async with world.house.begin(tenant=await world.tenant()) as work:
        await work.db.execute(sa.update(outbox).values(next_at=work.now))
    await world.deliver()
