"""Reports over a real roll-up and lake: exact numbers, drill-down, and nothing of anybody else."""

from datetime import UTC, datetime, timedelta

import pytest

from companyos.domains.analytics.rules.reports.activity import activity, retention, week_of
from companyos.domains.analytics.rules.reports.ribbon import ribbon
from companyos.domains.analytics.service import rollups
from companyos.domains.analytics.tests.sending import a_sender, event

NOW = datetime.now(UTC)
MORNING = NOW - timedelta(hours=NOW.hour % 24, minutes=NOW.minute)


def used(person, day, feature, *, role="sre", kind="page_viewed", session="", minutes=0, **more):
    """Somebody uses a feature, so many days ago."""
    at = MORNING - timedelta(days=day) + timedelta(minutes=minutes)
    props = {"goal": "found"} if kind == "goal_reached" else {"path": "/"}
    return event(
        event=f"companyos.{kind}",
        at=at.isoformat(),
        user_id=person,
        user_role=role,
        feature=feature,
        session_id=session or f"{person}-{day}",
        props=props,
        **more,
    )


STORY = [
    used("ann", 1, "search"),
    used("ann", 1, "search", kind="goal_reached", minutes=2),
    used("ann", 0, "plans"),
    used("bob", 1, "search", role="support"),
    used("bob", 3, "plans", role="support"),
    used("cid", 40, "search"),
    used("dan", 1, "search")
    | {
        "event": "companyos.operation_finished",
        "purpose": "operations",
        "props": {"service": "s", "operation": "o", "outcome": "ok"},
    },
]


@pytest.fixture
async def told(world, app_client):
    sender, other = await a_sender(world, app_client), await a_sender(world, app_client, "other")
    answer = await sender.send(*STORY)
    assert answer.json()["refused"] == 0, answer.text
    await other.send(*[used(f"x{n}", 1, "secret") for n in range(5)])
    await sender.rows()
    await rollups.count(world.house)
    who = await world.person("platform_engineer")

    async def get(path, *, status=200):
        answer = await who.get(f"/analytics/reports/{path}")
        assert answer.status_code == status, answer.text
        return answer.json()

    return get


async def test_adoption_is_by_feature_role_and_day_of_the_own_tenant_only(told):
    found = await told("adoption?days=30")
    assert (found["taken"]["people"], found["taken"]["sessions"], found["before"]) == (2, 4, 1)
    search, plans = sorted(found["features"], key=lambda one: one["feature"], reverse=True)
    assert (search["feature"], search["taken"]["people"], search["taken"]["sessions"]) == ("search", 2, 2)
    assert (search["taken"]["conversions"], search["taken"]["conversion"], search["before"]) == (1, 0.5, 1)
    assert {r["role"]: r["taken"]["people"] for r in search["roles"]} == {"sre": 1, "support": 1}
    assert (plans["feature"], plans["days"][-1], plans["days"][-4], sum(plans["days"])) == ("plans", 1, 1, 2)
    only = await told("adoption?days=30&feature=search&role=support")
    assert (only["taken"]["people"], len(only["features"])) == (1, 1)
    (mine,) = (await told("tenants?days=30&feature=search"))["items"]
    assert (mine["own"], mine["taken"]["people"]) == (True, 2)
    assert found["as_of"] is not None


async def test_a_number_leads_down_to_its_visits_and_their_events(told, world):
    page = await told("visits?feature=search&limit=1")
    more = await told(f"visits?feature=search&limit=1&cursor={page['next']}")
    visits = [*page["items"], *more["items"]]
    assert {one["session_id"] for one in visits} == {"ann-1", "bob-1"} and more["next"] is None
    (won,) = (await told("visits?feature=search&converted=true"))["items"]
    assert (won["session_id"], won["events"], won["converted"], won["features"]) == (
        "ann-1",
        2,
        True,
        ["search"],
    )
    assert "ann" not in won["person"]
    events = (await told("visits/ann-1"))["items"]
    assert [one["event"] for one in events] == ["companyos.page_viewed", "companyos.goal_reached"]
    await told("visits/x1-1", status=404)
    reader = await world.person("support")
    assert (await reader.get("/analytics/reports/adoption")).status_code == 200
    assert (await reader.get("/analytics/reports/visits")).status_code == 403


async def test_active_people_cohorts_and_funnels(told):
    days = (await told("activity?days=4"))["days"]
    assert [one["day_people"] for one in days] == [1, 0, 2, 1]
    assert (days[-1]["month_people"], days[-1]["stickiness"]) == (2, 0.5)
    cohorts = (await told("retention?weeks=8"))["cohorts"]
    assert sum(one["people"] for one in cohorts) == 3 and len(cohorts) == 8
    way = "steps=search,search:companyos.goal_reached"
    first, goal = (await told(f"funnel?{way}"))["steps"]
    assert (first["reached"], goal["reached"], goal["of_first"], goal["median_seconds"]) == (2, 1, 0.5, 120)
    back = (await told("funnel?steps=search,plans&within_days=2"))["steps"]
    assert [one["reached"] for one in back] == [2, 1], "bob used plans before search"
    await told("funnel?steps=search", status=422)


async def test_services_stand_beside_their_objectives(told, world):
    who = await world.person("sre")
    await who.post("/services", {"name": "shop-api", "objective": 0.99})
    (one,) = (await told("services"))["items"]
    assert (one["name"], one["objective"], one["availability"]) == ("shop-api", 0.99, None)
    found = await told("services/shop-api?days=2")
    assert (found["requests"], found["available"], found["met"]) == (0, None, None)
    await told("services/nobodys", status=404)


def test_cohorts_hold_who_was_new_and_the_month_slides():
    from pyroaring import BitMap

    monday = week_of(20_000)
    people = {
        monday - 70: BitMap([1]),
        monday: BitMap([1, 2, 3]),
        monday + 8: BitMap([2, 4]),
        monday + 20: BitMap([4]),
    }
    cohorts = retention(people, monday, monday + 20)
    assert [(c.people, c.kept) for c in cohorts] == [(2, (2, 1, 0)), (1, (1, 1)), (0, (0,))]
    (day,) = activity(people, [monday + 29])
    assert (day.day_people, day.week_people, day.month_people) == (0, 0, 4)


def test_what_stands_out_names_the_segment_that_moved():
    def hours():
        for hour in range(480_000, 480_000 + 24 * 42):
            busy = 40 if 8 <= hour % 24 < 18 else 5
            for feature, part in (("search", busy + hour % 3), ("plans", busy // 2 + hour % 2)):
                gone = feature == "search" and hour >= 480_000 + 24 * 42 - 3
                yield (hour, feature, "sre", ""), 400 if gone else part

    found = list(hours())
    end = 480_000 + 24 * 42
    points, shifts = ribbon(found, 480_000, end, end - 48)
    assert len(points) == 48 and points[0].low is not None
    assert shifts and shifts[0].hour == end - 3 and shifts[0].segments[0].name in ("search", "sre")
    assert any(one.name == "search" and one.share > 0.9 for one in shifts[0].segments)
