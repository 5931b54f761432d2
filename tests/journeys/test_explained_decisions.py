"""What somebody may do to a real thing, asked beforehand: the screen takes its controls from these answers."""

from datetime import timedelta

from companyos.kernel.ids import new_id
from companyos.testing.world import World

RISKY = "operations:deployment.roll_back"


async def test_a_step_up_is_the_only_thing_that_an_sre_lacks(world: World):
    body = {"name": "api", "title": "API", "tier": "t1", "lifecycle": "production"}
    stale = await world.person("sre", mfa_ago=timedelta(hours=1))
    made = await stale.post("/services", body)
    assert made.status_code == 201, made.text
    deployed = await stale.post("/deployments", {"service": "api", "version": "1.0.0", "status": "succeeded"})
    assert deployed.status_code == 201, deployed.text
    check = {"action": RISKY, "type": "operations.deployment", "id": deployed.json()["id"]}
    (item,) = (await stale.post("/decisions", {"checks": [check]})).json()["items"]
    assert [reason["remedy"]["kind"] for reason in item["reasons"]] == ["step_up"]
    fresh = await world.person("sre", mfa_ago=timedelta(seconds=5))
    (item,) = (await fresh.post("/decisions", {"checks": [check]})).json()["items"]
    assert item["allowed"]


async def test_what_is_absent_and_what_is_anothers_are_answered_alike(world: World):
    theirs = await world.person("sre", tenant="other")
    body = {"name": "api", "title": "API", "tier": "t1", "lifecycle": "production"}
    made = await theirs.post("/services", body)
    assert made.status_code == 201, made.text
    mine = await world.person("platform_engineer", mfa_ago=timedelta(seconds=1))

    def check(id_: str) -> dict[str, str]:
        return {"action": "operations:service.read", "type": "operations.service", "id": id_}

    (seen,) = (await theirs.post("/decisions", {"checks": [check("api")]})).json()["items"]
    assert seen["allowed"], "who owns it sees it"
    for id_ in ("api", "absent", str(new_id()), "'; drop table x; --"):
        (answer,) = (await mine.post("/decisions", {"checks": [check(id_)]})).json()["items"]
        assert answer == {
            "allowed": False,
            "reasons": [
                {
                    "code": "not_found",
                    "sentence": "There is nothing here, or you may not know of it.",
                    "where": None,
                    "remedy": None,
                }
            ],
            "policies": [],
            "changes": [],
            "version": seen["version"],
        }
