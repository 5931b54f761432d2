"""Elevation: asked for, approved by somebody else, bound to a plan and a time, used once, ended by many things."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import text

from companyos.domains.operations.testing import a_deployment, a_service
from companyos.testing.world import Client, World

FRESH = timedelta(seconds=5)
ROLL_BACK = "operations:deployment.roll_back"


async def two_versions(by: Client) -> dict[str, Any]:
    """A service with two releases; the newer one."""
    await a_service(by)
    await a_deployment(by, version="1.0.0", commit="aaaaaaa")
    return await a_deployment(by, version="2.0.0", commit="bbbbbbb")


async def preflight(by: Client, action: str, id: str = "", type: str = "", **input: Any) -> dict[str, Any]:
    told = {"action": action, "input": input} | ({"type": type, "id": id} if id else {})
    answer = await by.post("/preflights", told)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def ask_act(by: Client, deployment: str, minutes: int = 10) -> dict[str, Any]:
    seen = await preflight(by, ROLL_BACK, deployment, "operations.deployment")
    assert not seen["decision"]["allowed"]
    asked = await by.post(
        "/elevations",
        {
            "kind": "act",
            "action": ROLL_BACK,
            "type": "operations.deployment",
            "id": deployment,
            "plan_hash": seen["preview"]["hash"],
            "minutes": minutes,
            "reason": "Checkout fails",
        },
    )
    assert asked.status_code == 201, asked.text
    found: dict[str, Any] = asked.json()
    return found


async def ask_role(by: Client, role: str = "sre", minutes: int = 10) -> dict[str, Any]:
    asked = await by.post(
        "/elevations", {"kind": "role", "role": role, "minutes": minutes, "reason": "On call"}
    )
    assert asked.status_code == 201, asked.text
    found: dict[str, Any] = asked.json()
    return found


async def approve(by: Client, id: str, **headers: str) -> httpx.Response:
    seen = await by.post(
        "/preflights", {"action": "identity:elevation.approve", "type": "identity.elevation", "id": id}
    )
    if seen.status_code != 200:
        return seen
    body = {"plan_hash": seen.json()["preview"]["hash"], "note": "Go"}
    return await by.post(f"/elevations/{id}/approve", body, headers=headers)


async def roll_back(by: Client, deployment: dict[str, Any], plan: str) -> httpx.Response:
    return await by.post(
        f"/deployments/{deployment['id']}/roll_back", {"reason": "Errors", "plan_hash": plan}
    )


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["reasons"][0]["code"] if answer.status_code >= 400 else ""


async def turn(world: World, by: Client, id: str, **columns: str) -> None:
    """Move times of an elevation: what a clock that jumps looks like from here. Values are SQL."""
    async with world.house.begin(tenant=by.tenant) as work:
        told = ", ".join(f"{name} = {value}" for name, value in columns.items())
        await work.db.execute(text(f"update identity.elevation set {told} where id = :id"), {"id": id})


async def test_one_act_is_asked_for_approved_by_somebody_else_and_done_once(world: World) -> None:
    live = await two_versions(await world.person("sre"))
    support = await world.person("support", mfa_ago=FRESH, name="Jo Doe")
    admin = await world.person("tenant_admin", mfa_ago=FRESH, name="Robin Vega")
    asked = await ask_act(support, live["id"])
    assert (asked["state"], asked["mine"], asked["person"]) == ("requested", True, "Jo Doe")
    plan = asked["preview"]["hash"]
    assert code(await roll_back(support, live, plan)) == (403, "no_permit"), "asking alone gives nothing"

    approved = await approve(admin, asked["id"])
    assert approved.status_code == 200, approved.text
    told = approved.json()
    assert (told["state"], told["decided_by"], told["started_at"] is not None) == (
        "approved",
        "Robin Vega",
        True,
    )

    seen = await preflight(support, ROLL_BACK, live["id"], "operations.deployment")
    assert seen["decision"]["allowed"], "the screen is told that it may"
    assert (await roll_back(support, live, plan)).status_code == 201
    assert code(await roll_back(support, live, plan))[0] == 409
    assert (await support.get(f"/elevations/{asked['id']}")).json()["state"] == "used"


async def test_nobody_approves_their_own_request_nor_without_a_second_factor(world: World) -> None:
    admin = await world.person("tenant_admin", mfa_ago=FRESH)
    other = await world.person("tenant_admin", mfa_ago=timedelta(hours=1))
    finance = await world.person("finance_ops", mfa_ago=FRESH)
    asked = await ask_role(admin)
    told = await approve(admin, asked["id"])
    assert told.json()["reasons"][0]["where"] == "identity.four-eyes"
    late = await approve(other, asked["id"])
    assert (late.status_code, "max_age" in late.headers["www-authenticate"]) == (401, True)
    assert (await approve(finance, asked["id"])).status_code == 404, "not theirs to know of"
    assert (await finance.get("/elevations")).json()["items"] == []
    assert len((await other.get("/elevations")).json()["items"]) == 1


async def test_a_role_holds_from_the_yes_until_it_is_revoked(world: World) -> None:
    support = await world.person("support")
    admin = await world.person("tenant_admin", mfa_ago=FRESH)
    asked = await ask_role(support)
    assert (await support.post("/incidents", {"title": "Slow", "severity": "sev3"})).status_code == 403
    assert (await approve(admin, asked["id"])).status_code == 200
    assert "sre" in (await support.get("/me")).json()["roles"]
    assert (await support.post("/incidents", {"title": "Slow", "severity": "sev3"})).status_code == 201
    assert code(await approve(admin, asked["id"])) == (409, "elevation_decided"), "a replayed approval"
    gone = await admin.post(f"/elevations/{asked['id']}/revoke", {"note": "Calm again"})
    assert gone.json()["state"] == "revoked"
    assert (await support.post("/incidents", {"title": "Slow", "severity": "sev3"})).status_code == 403
    again = await admin.post(f"/elevations/{asked['id']}/revoke", {"note": "Calm again"})
    assert code(again) == (409, "elevation_ended")


async def test_of_two_who_approve_at_once_one_does_and_a_double_click_acts_once(world: World) -> None:
    live = await two_versions(await world.person("sre"))
    support = await world.person("support", mfa_ago=FRESH)
    admins = [await world.person("tenant_admin", mfa_ago=FRESH) for _ in range(2)]
    asked = await ask_act(support, live["id"])
    answers = await asyncio.gather(*(approve(admin, asked["id"]) for admin in admins))
    assert sorted(code(a) for a in answers) == [(200, ""), (409, "elevation_decided")]
    plan = asked["preview"]["hash"]
    clicks = await asyncio.gather(*(roll_back(support, live, plan) for _ in range(2)))
    assert sorted(click.status_code for click in clicks) == [201, 409]


async def test_a_changed_plan_voids_the_request_before_and_the_grant_after_the_yes(world: World) -> None:
    sre = await world.person("sre")
    live = await two_versions(sre)
    support = await world.person("support", mfa_ago=FRESH)
    admin = await world.person("tenant_admin", mfa_ago=FRESH)
    early, plan = await ask_act(support, live["id"]), None
    await a_service(sre, "checkout", depends_on=["payments-api"])
    await world.deliver()
    refused = await admin.post(f"/elevations/{early['id']}/approve", {"plan_hash": early["preview"]["hash"]})
    assert code(refused) == (409, "plan_changed")
    assert (await support.get(f"/elevations/{early['id']}")).json()["state"] == "void"
    late = await ask_act(support, live["id"])
    assert (await approve(admin, late["id"])).status_code == 200
    await a_service(sre, "basket", depends_on=["payments-api"])
    await world.deliver()
    plan = (await preflight(support, ROLL_BACK, live["id"], "operations.deployment"))["preview"]["hash"]
    assert plan != late["preview"]["hash"]
    for hash_ in (plan, late["preview"]["hash"]):
        assert (await roll_back(support, live, hash_)).status_code == 403


async def test_an_approver_who_lost_the_right_voids_what_they_approved(world: World) -> None:
    live = await two_versions(await world.person("sre"))
    one, other = await world.person("support", mfa_ago=FRESH), await world.person("support")
    approver = await world.person("tenant_admin", mfa_ago=FRESH, name="Robin Vega")
    owner = await world.person("platform_engineer", mfa_ago=FRESH)
    act, role = await ask_act(one, live["id"]), await ask_role(other)
    for asked in (act, role):
        assert (await approve(approver, asked["id"])).status_code == 200
    assert (await owner.patch(f"/people/{approver.id}", {"roles": ["support"]})).status_code == 200
    used = await roll_back(one, live, act["preview"]["hash"])
    assert code(used) == (409, "elevation_void"), (
        "an act is looked at when it is done, before any news went round"
    )
    await world.deliver()
    assert "sre" not in (await other.get("/me")).json()["roles"]
    for asked, who in ((act, one), (role, other)):
        told = (await who.get(f"/elevations/{asked['id']}")).json()
        assert (told["state"], "Robin Vega" in told["why"]) == ("void", True)


async def test_time_ends_it_and_a_clock_that_goes_back_does_not_prolong_it(world: World) -> None:
    from companyos.spines.identity.elevations.upkeep import end_elevations

    support = await world.person("support")
    admin = await world.person("tenant_admin", mfa_ago=FRESH)
    over, back = await ask_role(support), await ask_role(support, "security_analyst")
    for asked in (over, back):
        assert (await approve(admin, asked["id"])).status_code == 200
    await turn(world, admin, over["id"], ends_at="now() - interval '1 second'")
    await turn(world, admin, back["id"], seen_at="now() + interval '10 minutes'")
    assert (await support.get("/me")).json()["roles"] == ["support"], "neither holds, before any job has run"
    await end_elevations(world.house)
    states = [(await support.get(f"/elevations/{a['id']}")).json()["state"] for a in (over, back)]
    assert states == ["expired", "void"]


async def test_it_is_extended_with_presence_up_to_an_end(world: World) -> None:
    support = await world.person("support")
    present = await world.person("support", mfa_ago=FRESH)
    admin = await world.person("tenant_admin", mfa_ago=FRESH)
    stale, held = await ask_role(support), await ask_role(present, minutes=60)
    for asked in (stale, held):
        assert (await approve(admin, asked["id"])).status_code == 200
    assert (await support.post(f"/elevations/{stale['id']}/extend")).status_code == 401
    await turn(world, admin, held["id"], ends_at="now() + interval '1 minute'")
    longer = (await present.post(f"/elevations/{held['id']}/extend")).json()
    assert longer["extended"] == 1
    old = "now() - interval '235 minutes'"
    await turn(world, admin, held["id"], started_at=old, ends_at="now() + interval '5 minutes'")
    assert code(await present.post(f"/elevations/{held['id']}/extend")) == (409, "elevation_ended")
    assert (await admin.post(f"/elevations/{held['id']}/extend")).status_code == 403, "not theirs"


async def test_asking_is_checked(world: World) -> None:
    support = await world.person("support")
    asked = await ask_role(support)
    assert (await ask_role(support))["id"] == asked["id"], "asking twice asks once"
    base = {"kind": "role", "role": "sre", "minutes": 30, "reason": "x"}
    assert code(await support.post("/elevations", {**base, "role": "king"}))[0] == 422
    assert code(await support.post("/elevations", {**base, "minutes": 61}))[0] == 422
    assert code(await support.post("/elevations", {**base, "role": "support"}))[1] == "elevation_not_needed"
    act = {**base, "kind": "act", "role": "", "action": "shop:nothing.do"}
    assert code(await support.post("/elevations", act))[0] == 422
    elsewhere = await world.person("support", tenant="other")
    assert (await elsewhere.get(f"/elevations/{asked['id']}")).status_code == 404
    assert (await support.post(f"/elevations/{asked['id']}/withdraw")).json()["state"] == "withdrawn"


async def test_breaking_the_glass_is_loud_and_waits_for_somebody_else(world: World) -> None:
    sre = await world.person("sre", mfa_ago=FRESH)
    admin = await world.person("tenant_admin")
    finance = await world.person("finance_ops", mfa_ago=FRESH)
    ask = {"role": "platform_engineer", "minutes": 15}
    seen = await preflight(sre, "identity:elevation.break_glass", **ask)
    body = {**ask, "reason": "Everybody sleeps", "plan_hash": seen["preview"]["hash"]}
    assert (await finance.post("/elevations/break-glass", body)).status_code == 403
    broken = await sre.post("/elevations/break-glass", body)
    assert broken.status_code == 201, broken.text
    assert "platform_engineer" in (await sre.get("/me")).json()["roles"]
    assert code(await sre.post("/elevations/break-glass", body)) == (409, "review_pending")
    await world.deliver()
    letters = (await admin.get("/notices")).json()["items"]
    assert [(n["subject"].startswith("sre broke the glass"), len(n["to"])) for n in letters] == [(True, 1)]
    waiting = (await admin.get("/elevations?unreviewed=true")).json()["items"]
    assert [w["id"] for w in waiting] == [broken.json()["id"]]
    verdict = {"verdict": "justified", "note": "It was on fire"}
    own = await sre.post(f"/elevations/{waiting[0]['id']}/review", verdict)
    assert own.json()["reasons"][0]["where"] == "identity.four-eyes"
    assert (await admin.post(f"/elevations/{waiting[0]['id']}/review", verdict)).status_code == 200
    audit = (await admin.get("/audit?action=identity.glass.broken")).json()["items"]
    assert [(r["detail"]["role"], r["detail"]["reason"]) for r in audit] == [
        ("platform_engineer", "Everybody sleeps")
    ]


async def test_a_role_holds_in_the_environment_it_was_asked_for_and_for_nobody_else(world: World) -> None:
    support = await world.person("support")
    admin = await world.person("tenant_admin", mfa_ago=FRESH)
    asked = await ask_role(support)
    assert (await approve(admin, asked["id"])).status_code == 200
    async with world.house.begin(tenant=support.tenant) as work:
        moved = text("update identity.elevation set environment = 'stage' where id = :id")
        await work.db.execute(moved, {"id": asked["id"]})
    assert (await support.get("/me")).json()["roles"] == ["support"]
    assert (await (await world.person("support")).get("/me")).json()["roles"] == ["support"]


async def test_an_approval_that_is_sent_twice_with_one_key_is_said_once(world: World) -> None:
    support = await world.person("support")
    admin = await world.person("tenant_admin", mfa_ago=FRESH)
    asked = await ask_role(support)
    told = {"action": "identity:elevation.approve", "type": "identity.elevation", "id": asked["id"]}
    plan = (await admin.post("/preflights", told)).json()["preview"]["hash"]
    sent = [
        await admin.post(
            f"/elevations/{asked['id']}/approve", {"plan_hash": plan}, headers={"Idempotency-Key": "once"}
        )
        for _ in range(2)
    ]
    assert [a.status_code for a in sent] == [200, 200] and sent[0].content == sent[1].content
    assert len((await admin.get("/audit?action=identity.elevation.approved")).json()["items"]) == 1
    packs = (await admin.get("/evidence")).json()["items"]
    assert any("Approve for support" in p["title"] for p in packs), "a yes leaves evidence"
    stale = await admin.post(f"/elevations/{asked['id']}/approve", {"plan_hash": "0" * 64})
    assert stale.status_code == 409
