"""A service that is isolated gets no version, whoever asks, until it is released."""

from datetime import timedelta
from typing import Any

from companyos.domains.operations.public.ports import Answer
from companyos.domains.operations.testing import RecordingDeployer, a_deployment, a_service, deploying
from companyos.testing.world import Client, World

FRESH = timedelta(seconds=5)


async def turn(who: Client, name: str, verb: str, **more: Any) -> Any:
    asked = {"action": f"operations:service.{verb}", "type": "operations.service", "id": name}
    shown = await who.post("/preflights", asked)
    if shown.status_code != 200:
        return shown
    hash = shown.json()["preview"]["hash"]
    return await who.post(f"/services/{name}/{verb}", {"reason": "Leaked keys", "plan_hash": hash} | more)


async def test_no_version_goes_out_until_it_is_released(world: World) -> None:
    sre = await world.person("sre", mfa_ago=FRESH)
    await a_service(sre)
    await a_deployment(sre, version="1.0.0")
    live = await a_deployment(sre, version="1.1.0")
    done = await turn(sre, "payments-api", "isolate")
    assert done.status_code == 201, done.text
    assert done.json()["service"]["isolated_because"] == "Leaked keys"
    assert (await sre.get(f"/evidence/{done.json()['evidence_id']}/summary")).json()["verified"]

    for verb in ("roll_back", "redeploy"):
        plan = (await sre.get(f"/deployments/{live['id']}/preflight?verb={verb}")).json()
        assert plan["decision"]["policies"] == ["operations.isolated"]
        no = await sre.post(
            f"/deployments/{live['id']}/{verb}", {"reason": "Errors", "plan_hash": plan["plan_hash"]}
        )
        assert no.status_code == 403 and "isolated" in no.json()["detail"]
    report = {"service": "payments-api", "version": "1.2.0"}
    assert (await sre.post("/deployments", {**report, "status": "running"})).status_code == 403
    assert (
        await sre.post("/deployments", {**report, "status": "succeeded"})
    ).status_code == 201  # it happened

    assert (await turn(sre, "payments-api", "isolate")).status_code == 409
    assert (await turn(sre, "payments-api", "release")).status_code == 201
    assert (await sre.get("/services/payments-api")).json()["isolated_at"] is None
    assert (
        await sre.post("/deployments", {**report, "version": "1.3.0", "status": "running"})
    ).status_code == 201


async def test_isolating_is_a_risk_that_takes_the_right_person_and_the_shown_plan(world: World) -> None:
    sre = await world.person("sre", mfa_ago=FRESH)
    await a_service(sre)
    assert (
        await turn(await world.person("sre"), "payments-api", "isolate")
    ).status_code == 401  # no second factor
    assert (
        await turn(await world.person("tenant_admin", mfa_ago=FRESH), "payments-api", "isolate")
    ).status_code == 403
    other = await world.person("sre", tenant="other", mfa_ago=FRESH)
    assert (await turn(other, "payments-api", "isolate")).status_code == 404
    assert (await turn(sre, "payments-api", "isolate", plan_hash="0" * 64)).status_code == 409
    assert (await sre.get("/services/payments-api")).json()["isolated_at"] is None
    analyst = await world.person("security_analyst", mfa_ago=FRESH)
    assert (await turn(analyst, "payments-api", "isolate")).status_code == 201


async def test_a_service_is_told_by_the_deployer_what_to_log(world: World) -> None:
    sre = await world.person("sre")
    await a_service(sre)
    deployer = RecordingDeployer(Answer("succeeded", "payments-api writes from debug on"))
    with deploying(world.house, deployer):
        asked = await sre.put("/services/payments-api/log-level", {"level": "debug", "reason": "Time-outs"})
        assert (asked.json()["status"], asked.json()["level"]) == ("asked", "debug")
        assert asked.headers["etag"] == '"1"'
        await world.deliver()
    read = await sre.get("/services/payments-api/log-level")
    assert read.headers["etag"] == '"2"', "what came back is a change as well"
    told = read.json()
    assert (told["status"], told["level"], told["said"]) == (
        "set",
        "debug",
        "payments-api writes from debug on",
    )
    assert [(o.verb, o.level, o.service) for o in deployer.orders] == [
        ("set_log_level", "debug", "payments-api")
    ]
    support = await world.person("support")
    assert (await support.put("/services/payments-api/log-level", {"level": "debug"})).status_code == 403
    stale = await sre.send(
        "PUT", "/services/payments-api/log-level", {"level": "info"}, headers={"If-Match": '"1"'}
    )
    assert stale.status_code == 412 and (await sre.get("/services/payments-api/log-level")).json() == told
    assert (await sre.put("/services/payments-api/log-level", {"level": "loud"})).status_code == 422
    assert (await sre.put("/services/other/log-level", {"level": "debug"})).status_code == 404


async def test_what_was_told_to_a_service_that_is_gone_is_settled_once(world: World) -> None:
    sre = await world.person("sre")
    await a_service(sre)
    deployer = RecordingDeployer(Answer("succeeded", "too late"))
    await sre.put("/services/payments-api/log-level", {"level": "debug", "reason": "Time-outs"})
    assert (await sre.delete("/services/payments-api")).status_code == 204
    with deploying(world.house, deployer):
        await world.deliver()
    trail = (await sre.get("/audit?subject=operations.service:payments-api")).json()["items"]
    assert "operations.service.log_level_set" in {row["action"] for row in trail}
