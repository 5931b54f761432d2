"""Span of control: who has none learns nothing of other tenants, in rows, counts, facets or time."""

from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import text

from companyos.domains.operations.testing import a_deployment, a_service, an_incident
from companyos.testing.world import Client, World

FRESH = timedelta(seconds=5)


async def across(who: Client, query: str = "") -> dict[str, Any]:
    answer = await who.get(f"/console/tenants{query}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def grant(admin: Client, email: str) -> Any:
    asked = {"email": email, "minutes": 60}
    seen = await admin.post("/preflights", {"action": "identity:elevation.grant", "input": asked})
    assert seen.status_code == 200, seen.text
    body = {**asked, "reason": "Group audit", "plan_hash": seen.json()["preview"]["hash"]}
    return await admin.post("/elevations/spans", body)


async def email_of(world: World, who: Client) -> str:
    return str((await who.get("/me")).json()["person"]["email"])


async def test_a_span_shows_totals_and_ends_when_it_is_revoked(world: World) -> None:
    analyst = await world.person("security_analyst")
    theirs = await world.person("platform_engineer", tenant="subsidiary", mfa_ago=FRESH)
    await a_service(theirs)
    await a_deployment(theirs)
    await an_incident(theirs)
    await a_service(await world.person("sre"))
    assert [t["slug"] for t in (await across(analyst))["tenants"]] == [analyst.slug]
    granted = await grant(theirs, await email_of(world, analyst))
    assert granted.status_code == 201, granted.text
    seen = await across(analyst)
    rows = {t["slug"]: t["totals"] for t in seen["tenants"]}
    assert rows == {
        analyst.slug: {"services": 1, "incidents_active": 0, "deployments": 0},
        theirs.slug: {"services": 1, "incidents_active": 1, "deployments": 1},
    }
    assert (seen["totals"]["services"], seen["regions"]) == (2, {"eu": 2})
    assert (await analyst.get("/services")).json()["items"][0]["name"], "and of their own tenant as before"
    assert len((await analyst.get("/services")).json()["items"]) == 1, "totals are all that it shows"
    ended = await theirs.post(f"/elevations/{granted.json()['id']}/revoke", {"note": "Audit is over"})
    assert ended.status_code == 200
    assert [t["slug"] for t in (await across(analyst))["tenants"]] == [analyst.slug]


async def test_a_span_dies_with_the_right_of_who_granted_it(world: World) -> None:
    analyst = await world.person("security_analyst")
    granter = await world.person("tenant_admin", tenant="subsidiary", mfa_ago=FRESH)
    owner = await world.person("platform_engineer", tenant="subsidiary", mfa_ago=FRESH)
    assert (await grant(granter, await email_of(world, analyst))).status_code == 201
    assert len((await across(analyst))["tenants"]) == 2
    assert (await owner.patch(f"/people/{granter.id}", {"roles": ["support"]})).status_code == 200
    assert len((await across(analyst))["tenants"]) == 1


async def test_only_administrators_grant_and_nobody_learns_who_has_an_account(world: World) -> None:
    sre = await world.person("sre", mfa_ago=FRESH)
    assert (await grant(sre, "someone@example.com")).status_code == 403
    admin = await world.person("tenant_admin", mfa_ago=FRESH)
    known = await world.person("sre", tenant="other")
    answers = [await grant(admin, email) for email in (await email_of(world, known), "no-one@example.com")]
    told = [{**a.json(), "person_id": "", "id": ""} for a in answers]
    same = {"kind", "state", "title", "minutes", "decided_by", "environment", "on", "action"}
    assert [a.status_code for a in answers] == [201, 201]
    assert {k: told[0][k] for k in same} == {k: told[1][k] for k in same}
    assert all(a.json()["person_id"] is None for a in answers), "an id would tell that there is an account"


async def test_without_a_span_other_tenants_show_in_nothing_not_even_in_time(world: World) -> None:
    """Before and after other tenants fill up: the same answer, from as many rows, in as much time."""
    attacker = await world.person("platform_engineer", mfa_ago=FRESH)
    before = await across(attacker)
    async with world.house.begin(tenant=attacker.tenant) as work:
        reach = await _in_reach(work.db)
    quick = await _seconds(attacker)
    for name in ("one", "two", "three"):
        other = await world.person("sre", tenant=name)
        await a_service(other)
        for number in range(5):
            await a_deployment(other, version=f"1.0.{number}")
    after = await across(attacker)
    assert {**before, "since": ""} == {**after, "since": ""}
    assert (await across(attacker, "?region=eu"))["regions"] == {"eu": 1}
    elsewhere = await across(attacker, "?region=us")
    assert (elsewhere["tenants"], elsewhere["totals"]["services"]) == ([], 0)
    async with world.house.begin(tenant=attacker.tenant) as work:
        assert await _in_reach(work.db) == reach
    assert await _seconds(attacker) < quick * 3 + 0.02
    forged = await attacker.get("/console/tenants", headers={"CompanyOS-Tenant": other.slug})
    assert forged.status_code == 403


async def _in_reach(db: Any) -> int:
    """How many services the database would hand out here, if a query named no tenant."""
    found = await db.execute(text("select count(*) from operations.service"))
    return int(found.scalar_one())


async def _seconds(who: Client) -> float:
    took = []
    for _ in range(9):
        start = perf_counter()
        await across(who)
        took.append(perf_counter() - start)
    return median(took)
