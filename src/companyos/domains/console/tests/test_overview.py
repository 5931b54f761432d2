"""What the landing page promises."""

from companyos.domains.console.settings import ConsoleSettings
from companyos.testing.world import World


async def test_the_landing_is_one_request_and_counts_what_there_is(world: World) -> None:
    sre = await world.person("sre")
    for name, tier in (("payments", "t0"), ("ledger", "t1")):
        made = await sre.post(
            "/services", {"name": name, "title": name.title(), "tier": tier, "owner": "money"}
        )
        assert made.status_code == 201, made.text
    report = {"service": "payments", "version": "1.4.2", "status": "failed", "author": "Jo Doe"}
    assert (await sre.post("/deployments", report)).status_code == 201
    incident = await sre.post(
        "/incidents", {"title": "Payments fail", "severity": "sev1", "services": ["payments"]}
    )
    assert incident.status_code == 201, incident.text
    await world.deliver()

    answer = await sre.get("/console/overview?range=now-24h")
    assert answer.status_code == 200, answer.text
    seen = answer.json()
    assert {s["name"] for s in seen["services"]} == {"payments", "ledger"}
    assert seen["services"][0]["health"] == "unknown" and seen["services"][0]["rps"] is None
    assert [i["title"] for i in seen["incidents"]] == ["Payments fail"]
    assert seen["deployments"][0]["version"] == "1.4.2" and seen["deployments"][0]["evidence"] == []
    assert seen["counts"]["services"] == 2 and seen["counts"]["services_unknown"] == 2
    assert seen["counts"]["deployments"] == seen["counts"]["deployments_failed"] == 1
    told = {(c["subject"], c["kind"]) for c in seen["digest"]}
    assert ("operations.service:payments", "appeared") in told
    assert seen["counts"]["changes"] == len(seen["digest"]) == 4
    assert [c["at"] for c in seen["digest"]] == sorted((c["at"] for c in seen["digest"]), reverse=True)


async def test_the_digest_shows_the_newest_changes_and_counts_all(world: World) -> None:
    sre = await world.person("sre")
    for n in range(7):
        made = await sre.post(
            "/services", {"name": f"s{n}", "title": f"S{n}", "depends_on": [f"s{n - 1}"][:n]}
        )
        assert made.status_code == 201, made.text
    await world.deliver()
    settings = world.house.part_settings[ConsoleSettings]
    world.house.part_settings[ConsoleSettings] = ConsoleSettings(overview_changes=3)
    try:
        seen = (await sre.get("/console/overview")).json()
    finally:
        world.house.part_settings[ConsoleSettings] = settings
    assert [c["title"] for c in seen["digest"]] == ["S6", "S5", "S4"]
    assert seen["counts"]["changes"] == 7


async def test_another_tenant_sees_none_of_it(world: World) -> None:
    sre, other = await world.person("sre"), await world.person("sre", tenant="other")
    await sre.post("/services", {"name": "secret", "title": "Secret"})
    await world.deliver()
    seen = (await other.get("/console/overview")).json()
    assert seen["services"] == seen["digest"] == seen["incidents"] == seen["deployments"] == []
    assert set(seen["counts"].values()) == {0}


async def test_a_member_without_a_role_is_refused_in_words(world: World) -> None:
    nobody = await world.person()
    refused = await nobody.get("/console/overview")
    assert refused.status_code == 403
    assert refused.json()["reasons"][0]["sentence"]


async def test_a_range_that_cannot_be_says_how_to_write_it(world: World) -> None:
    sre = await world.person("sre")
    for wrong in ("yesterday", "now-0h", "now-400d", "now-", "-24h"):
        refused = await sre.get("/console/overview", params={"range": wrong})
        assert refused.status_code == 422, wrong
        assert "now-24h" in refused.json()["reasons"][0]["remedy"]["sentence"]
