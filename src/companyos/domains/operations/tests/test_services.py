"""Services over HTTP."""

import pytest

from companyos.domains.operations.public.ports import Signals
from companyos.domains.operations.testing import a_service, hearing
from companyos.testing.world import World

CATALOG = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout, title: Checkout, annotations: {companyos.dev/objective: "0.995"}}
spec: {type: service, lifecycle: production, owner: group:default/shop, dependsOn: [component:payments]}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: payments}
spec: {type: database, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop}
spec: {type: team, children: []}
"""


async def test_a_registered_service_is_found_and_unknown_until_it_is_heard_of(world: World) -> None:
    sre = await world.person("sre")
    await a_service(
        sre, objective=0.99, tier="t1", links=[{"url": "https://example.com/r", "title": "Runbook"}]
    )
    found = (await sre.get("/services/payments-api")).json()
    assert (found["health"], found["availability"], found["budget_left"]) == ("unknown", None, None)
    assert (found["objective"], found["tier"], found["title"]) == (0.99, "t1", "payments-api")
    assert found["links"] == [{"url": "https://example.com/r", "title": "Runbook"}]


async def test_lists_are_worst_first_and_page_without_loss(world: World) -> None:
    sre = await world.person("sre")
    for name in ("fine", "burning", "silent", "tight"):
        await a_service(sre, name, objective=0.99)
    said = {
        "fine": Signals(0.9999, 10, 0.0, 50),
        "burning": Signals(0.98, 10, 0.3, 50),
        "tight": Signals(0.9905, 10, 0.0, 50),
    }
    with hearing(world.house, said):
        first = (await sre.get("/services?limit=3")).json()
        second = (await sre.get(f"/services?limit=3&cursor={first['next']}")).json()
        only = (await sre.get("/services?health=bad")).json()
    names = [s["name"] for s in first["items"] + second["items"]]
    assert names == ["burning", "tight", "silent", "fine"]
    assert second["next"] is None
    assert [s["name"] for s in only["items"]] == ["burning"]
    assert first["items"][0]["budget_left"] == pytest.approx(-1.0)


async def test_changing_needs_the_version_that_was_read(world: World) -> None:
    sre = await world.person("sre")
    await a_service(sre, description="Takes cards.")
    read = await sre.get("/services/payments-api")
    changed = await sre.patch(
        "/services/payments-api", {"owner": "cards"}, headers={"If-Match": read.headers["etag"]}
    )
    assert (changed.json()["owner"], changed.json()["description"]) == ("cards", "Takes cards.")
    assert changed.headers["etag"] == '"2"'
    late = await sre.patch(
        "/services/payments-api", {"owner": "x"}, headers={"If-Match": read.headers["etag"]}
    )
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    whole = await sre.put("/services/payments-api", {"title": "Payments"})
    assert (whole.json()["owner"], whole.json()["description"]) == ("", "")


async def test_an_archived_service_is_gone_and_its_name_free(world: World) -> None:
    sre = await world.person("sre")
    await a_service(sre)
    twice = await sre.post("/services", {"name": "payments-api"})
    assert twice.status_code == 409
    assert (await sre.delete("/services/payments-api")).status_code == 204
    assert (await sre.get("/services/payments-api")).status_code == 404
    await a_service(sre)


async def test_a_catalogue_comes_in_whole_and_twice_without_change(world: World) -> None:
    sre = await world.person("sre")
    first = (await sre.post("/services/import", {"text": CATALOG})).json()
    assert first["registered"] == ["checkout", "payments"]
    assert first["left_out"] == ["Group shop, line 12"]
    again = (await sre.post("/services/import", {"text": CATALOG})).json()
    assert (again["registered"], again["changed"], again["unchanged"]) == ([], [], ["checkout", "payments"])
    near = (await sre.get("/services/payments/dependencies")).json()
    assert [s["name"] for s in near["dependents"]] == ["checkout"]
    owners = (await sre.get("/services/owners")).json()["items"]
    assert owners == [{"owner": "shop", "services": 2}]


async def test_a_wrong_catalogue_names_every_line_and_imports_nothing(world: World) -> None:
    sre = await world.person("sre")
    wrong = CATALOG.replace('"0.995"', '"yes"').replace("type: database", "tipe: database")
    answer = await sre.post("/services/import", {"text": wrong, "file": "shop.yaml"})
    assert answer.status_code == 422
    assert {r["where"] for r in answer.json()["reasons"]} == {"shop.yaml:4", "shop.yaml:10"}
    assert (await sre.get("/services")).json()["items"] == []


@pytest.mark.parametrize(
    "text", ["a: [", "a: &x [1]\nb: [*x, *x]", "\x00", "- 1", "", "kind: Spaceship", "{{"]
)
async def test_what_is_no_catalogue_is_refused_in_words(world: World, text: str) -> None:
    sre = await world.person("sre")
    answer = await sre.post("/services/import", {"text": text})
    assert answer.status_code == 422
    assert answer.json()["reasons"][0]["where"].startswith("catalog-info.yaml:")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"name": "no spaces"}, "name"),
        ({"name": "a", "objective": 1.1}, "objective"),
        ({"name": "a", "title": "a\x00b"}, "title"),
        ({"name": "a", "links": [{"url": "javascript:alert(1)", "title": "x"}]}, "links"),
        ({"name": "a", "shoe_size": 43}, "shoe_size"),
    ],
)
async def test_bad_input_says_where(world: World, body: dict[str, object], where: str) -> None:
    sre = await world.person("sre")
    answer = await sre.post("/services", body)
    assert answer.status_code == 422
    assert any(where in (r["where"] or "") for r in answer.json()["reasons"])


async def test_readers_may_look_and_not_touch(world: World) -> None:
    await a_service(await world.person("sre"))
    finance = await world.person("finance_ops")
    assert (await finance.get("/services/payments-api")).status_code == 200
    assert (await finance.post("/services", {"name": "mine"})).status_code == 403
    assert (await finance.delete("/services/payments-api")).status_code == 403


async def test_another_tenant_sees_nothing(world: World) -> None:
    await a_service(await world.person("sre"))
    other = await world.person("tenant_admin", tenant="other")
    assert (await other.get("/services")).json() == {"items": [], "next": None}
    assert (await other.get("/services/payments-api")).status_code == 404
    assert (await other.get("/services/owners")).json()["items"] == []


@pytest.mark.parametrize("cursor", ["x", "WzEsMl0", "WyJhIiwiYiJd", "WyIxIl0"])
async def test_a_forged_cursor_is_no_accident(world: World, cursor: str) -> None:
    sre = await world.person("sre")
    for path in ("/services", "/deployments", "/incidents"):
        assert (await sre.get(f"{path}?cursor={cursor}")).status_code == 400


@pytest.mark.parametrize("wrong", [{"latency_objective_ms": "3"}, {"objective": "0.9"}, {"objective": True}])
async def test_numbers_are_written_as_numbers(world: World, wrong: dict[str, object]) -> None:
    sre = await world.person("sre")
    refused = await sre.post("/services", {"name": "counted", **wrong})
    assert refused.status_code == 422
    assert refused.json()["reasons"][0]["where"] == f"/{next(iter(wrong))}"
