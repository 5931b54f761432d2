"""The graph as it is asked: over HTTP, through the port, now and at past times."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from companyos.kernel.entities import EntityRef
from companyos.spines.graph.public.types import GraphChange, Relate, Retire, Unrelate, Upsert
from companyos.spines.graph.service.ask import Answers
from companyos.spines.graph.service.learn import learn
from companyos.testing.world import World

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def ref(name: str) -> EntityRef:
    return EntityRef("operations.service", name)


async def _learn(world: World, *changes: GraphChange, at: datetime = MONDAY) -> datetime:
    """Teach the graph; returns an instant at which it is known."""
    async with world.house.begin(tenant=await world.tenant(), environment="prod") as work:
        await learn(work, changes, at=at)
    return datetime.now(UTC)


async def _chain(world: World) -> None:
    """shop → cart → payments → ledger, and a loop back."""
    names = ("shop", "cart", "payments", "ledger")
    await _learn(world, *(Upsert(ref(n), n.capitalize(), {"owner": "x"}) for n in names))
    pairs = (("shop", "cart"), ("cart", "payments"), ("payments", "ledger"), ("ledger", "shop"))
    await _learn(world, *(Relate(ref(a), "depends_on", ref(b), spreads=True) for a, b in pairs))


def _iso(at: datetime) -> str:
    return quote(at.isoformat())


async def test_blast_radius_goes_against_dependencies_by_shortest_ways(world: World) -> None:
    await _chain(world)
    await _learn(world, Relate(ref("shop"), "depends_on", ref("payments"), spreads=True))
    await _learn(world, Relate(ref("poster"), "mentions", ref("payments")))
    sre = await world.person("sre")
    found = (await sre.get("/graph/blast-radius?type=operations.service&id=ledger&depth=3")).json()
    assert [(a["id"], a["distance"]) for a in found["affected"]] == [
        ("payments", 1),
        ("cart", 2),
        ("shop", 2),
    ]
    assert [p["id"] for p in found["affected"][2]["path"]] == ["payments", "shop"]
    assert found["more"] is False
    one = (await sre.get("/graph/blast-radius?type=operations.service&id=ledger&depth=1")).json()
    assert [a["id"] for a in one["affected"]] == ["payments"]


async def test_neighbours_are_those_of_the_time_asked_about(world: World) -> None:
    await _chain(world)
    await _learn(world, Unrelate(ref("cart"), "depends_on", ref("payments")), at=MONDAY + 3 * DAY)
    sre = await world.person("sre")
    path = "/graph/neighbours?type=operations.service&id=cart"
    now = (await sre.get(path)).json()["neighbours"]
    assert [(n["direction"], n["entity"]["id"]) for n in now] == [("in", "shop")]
    then = (await sre.get(f"{path}&as_of={_iso(MONDAY + DAY)}")).json()["neighbours"]
    assert {(n["direction"], n["entity"]["id"]) for n in then} == {("out", "payments"), ("in", "shop")}
    assert (await sre.get(f"{path}&as_of={_iso(MONDAY - DAY)}")).status_code == 404


async def test_what_was_known_then_can_be_asked_again(world: World) -> None:
    known = await _learn(world, Upsert(ref("cart"), "Cart"))
    await _learn(world, Upsert(ref("cart"), "Basket"))
    await _learn(world, Upsert(ref("cart"), "Old cart"), at=MONDAY - 5 * DAY)
    async with world.house.begin(tenant=await world.tenant()) as work:
        graph = Answers(work)
        assert (await graph.entity(ref("cart"))).title == "Basket"
        assert (await graph.entity(ref("cart"), known_at=known)).title == "Cart"
        assert (await graph.entity(ref("cart"), as_of=MONDAY - DAY)).title == "Old cart"


async def test_changes_between_two_times(world: World) -> None:
    await _learn(world, Upsert(ref("cart"), "Cart"), Relate(ref("cart"), "depends_on", ref("payments")))
    await _learn(world, Upsert(ref("cart"), "Basket"), at=MONDAY + DAY)
    await _learn(
        world,
        Retire(ref("cart")),
        Unrelate(ref("cart"), "depends_on", ref("payments")),
        at=MONDAY + 2 * DAY,
    )
    sre = await world.person("sre")
    window = f"from={_iso(MONDAY - DAY)}&to={_iso(MONDAY + 5 * DAY)}"
    told = await _all_changes(sre, window, limit=1)
    assert [(c["what"], c["kind"]) for c in told if c["kind"] is None] == [
        ("appeared", None),
        ("changed", None),
        ("ended", None),
    ]
    assert [(c["what"], c["target"]["id"]) for c in told if c["kind"]] == [
        ("appeared", "payments"),
        ("ended", "payments"),
    ]
    renamed = next(c for c in told if c["what"] == "changed")
    assert (renamed["before"]["title"], renamed["after"]["title"]) == ("Cart", "Basket")
    only = await _all_changes(sre, f"from={_iso(MONDAY + DAY)}&to={_iso(MONDAY + 2 * DAY)}")
    assert [c["what"] for c in only] == ["changed"]


async def test_changes_newest_first_are_the_same_ones_and_are_counted(world: World) -> None:
    await _learn(world, *(Upsert(ref(f"s{n}"), f"S{n}") for n in range(4)))
    await _learn(world, *(Relate(ref(f"s{n}"), "depends_on", ref("s3")) for n in range(3)), at=MONDAY + DAY)
    await _learn(world, Retire(ref("s0")), Upsert(ref("s1"), "One"), at=MONDAY + 2 * DAY)
    start, end = MONDAY - DAY, MONDAY + 3 * DAY
    async with world.house.begin(tenant=await world.tenant()) as work:
        graph = Answers(work)
        oldest = await graph.changes(start, end)
        newest, after = [], None
        while page := await graph.changes(start, end, first="newest", after=after, limit=2):
            newest += page
            after = page[-1].key
        assert newest == oldest[::-1] and len(newest) == 9
        things = await graph.changes(start, end, first="newest", relations=False, limit=3)
        assert sorted(c.what for c in things[:2]) == ["changed", "ended"] and things[2].what == "appeared"
        assert {c.target for c in things} == {None}
        assert await graph.count_changes(start, end, most=100) == 6
        assert await graph.count_changes(start, end, most=5) == 5
        assert await graph.count_changes(start, MONDAY + DAY, most=100) == 4


async def test_changes_by_when_they_came_to_be_known(world: World) -> None:
    start = datetime.now(UTC)
    await _learn(world, Upsert(ref("cart"), "Cart"))
    await _learn(world, Upsert(ref("cart"), "Basket"), at=MONDAY + DAY)
    await _learn(world, Retire(ref("cart")), at=MONDAY + 2 * DAY)
    sre = await world.person("sre")
    window = f"by=recorded&from={_iso(start)}&to={_iso(datetime.now(UTC) + DAY)}"
    told = await _all_changes(sre, window, limit=1)
    assert [(c["what"], (c["after"] or {}).get("title")) for c in told] == [
        ("appeared", "Cart"),
        ("changed", "Basket"),
        ("ended", None),
    ]


async def _all_changes(who: Any, window: str, limit: int = 200) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = (await who.get(f"/graph/changes?{window}&limit={limit}{cursor}")).json()
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


async def test_search_finds_parts_and_puts_the_best_first(world: World) -> None:
    titles = ("API gateway", "Payments API", "Therapist", "Ledger", "Überweisung 100%")
    await _learn(world, *(Upsert(ref(t), t, aliases=("svc-77",) if t == "Ledger" else ()) for t in titles))
    await _learn(world, Upsert(ref("gone"), "API of old"))
    await _learn(world, Retire(ref("gone")), at=MONDAY + DAY)
    async with world.house.begin(tenant=await world.tenant()) as work:
        graph = Answers(work)

        async def search(text: str, *types: str, **more: Any) -> list[str]:
            found = await graph.search(text, types=types or ["operations.service"], **more)
            return [m.entity.title for m in found.items]

        assert await search("api") == ["API gateway", "Payments API", "Therapist"]
        assert await search("gate api") == ["API gateway"]
        assert await search("ÜBER") == ["Überweisung 100%"]
        assert await search("100%") == ["Überweisung 100%"]
        assert await search("svc-77") == ["Ledger"]
        assert await search("api", "other.kind") == []
        assert await search("api", limit=1) == ["API gateway"]
        assert await search("  ") == []
        assert await search("%") == ["Überweisung 100%"]


async def test_another_tenant_sees_nothing_of_it(world: World) -> None:
    await _chain(world)
    other = await world.person("tenant_admin", tenant="other")
    for path in ("neighbours", "blast-radius"):
        assert (await other.get(f"/graph/{path}?type=operations.service&id=cart")).status_code == 404
    window = f"from={_iso(MONDAY - DAY)}&to={_iso(MONDAY + DAY)}"
    assert (await other.get(f"/graph/changes?{window}")).json()["items"] == []
    async with world.house.begin(tenant=other.tenant) as work:
        assert (await Answers(work).search("cart", types=["operations.service"])).total == 0


async def test_nobody_without_a_role_may_look(world: World) -> None:
    await _chain(world)
    nobody = await world.person()
    assert (await nobody.get("/graph/neighbours?type=operations.service&id=cart")).status_code == 404
    window = f"from={_iso(MONDAY - DAY)}&to={_iso(MONDAY + DAY)}"
    assert (await nobody.get(f"/graph/changes?{window}")).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "blast-radius?type=a&id=b&depth=7",
        "blast-radius?type=a&id=b&depth=0",
        "neighbours?type=a",
        "neighbours?type=a&id=%00",
        "neighbours?type=a&id=b&as_of=2026-01-01T00:00:00",
        "changes?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
        "changes?from=yesterday&to=2026-01-01T00:00:00Z",
        "changes?from=5&to=2026-01-01T00:00:00Z",
    ],
)
async def test_bad_questions_are_told_so(world: World, query: str) -> None:
    sre = await world.person("sre")
    assert (await sre.get(f"/graph/{query}")).status_code == 422


async def test_an_unknown_entity_is_not_found(world: World) -> None:
    sre = await world.person("sre")
    assert (await sre.get("/graph/neighbours?type=operations.service&id=ghost")).status_code == 404
