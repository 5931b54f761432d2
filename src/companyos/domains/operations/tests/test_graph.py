"""What the graph learns from operations."""

from typing import Any

from companyos.domains.operations.testing import a_deployment, a_service, an_incident
from companyos.spines.graph.public.ports import Graph
from companyos.testing.world import Client, World


async def _neighbours(who: Client, type: str, id: str) -> set[tuple[str, str, str]]:
    found = (await who.get(f"/graph/neighbours?type={type}&id={id}")).json()["neighbours"]
    return {(n["kind"], n["direction"], n["entity"]["title"]) for n in found}


async def _found(world: World, environment: str, text: str) -> list[dict[str, Any]]:
    types = ["operations.service", "operations.deployment", "operations.incident"]
    async with world.house.begin(tenant=await world.tenant(), environment=environment) as work:
        matches = await work.ask(Graph).search(text, types=types)
    return [{"title": m.entity.title, **m.entity.attrs} for m in matches.items]


async def test_services_deployments_and_incidents_hang_together(world: World) -> None:
    sre = await world.person("sre")
    await a_service(sre, "ledger")
    await a_service(sre, "payments-api", title="Payments", depends_on=["ledger"])
    made = await a_deployment(sre)
    await an_incident(sre, "Cards fail", services=["payments-api"], deployments=[made["id"]])
    await world.deliver()
    assert await _neighbours(sre, "operations.service", "payments-api") == {
        ("depends_on", "out", "ledger"),
        ("deployed_to", "in", "payments-api 1.0.0"),
        ("concerns", "in", "Cards fail"),
    }
    await sre.patch("/services/payments-api", {"depends_on": []})
    await sre.delete("/services/ledger")
    await world.deliver()
    assert ("depends_on", "out", "ledger") not in await _neighbours(sre, "operations.service", "payments-api")
    assert (await sre.get("/graph/neighbours?type=operations.service&id=ledger")).status_code == 404


async def test_relinking_an_incident_moves_its_relations(world: World) -> None:
    sre = await world.person("sre")
    for name in ("cart", "shop"):
        await a_service(sre, name)
    made = await an_incident(sre, services=["cart"])
    await sre.patch(f"/incidents/{made['id']}", {"services": ["shop"]})
    await world.deliver()
    assert await _neighbours(sre, "operations.incident", made["id"]) == {("concerns", "out", "shop")}


async def test_what_moved_on_keeps_its_environment(world: World) -> None:
    sre = await world.person("sre")
    await a_service(sre)
    await a_deployment(sre, status="running", external_id="x", author="Jo Doe")
    await sre.post("/deployments", {"service": "payments-api", "version": "1.0.0", "external_id": "x"})
    incident = await an_incident(sre, "Payments fail")
    await sre.post(f"/incidents/{incident['id']}/resolve", {})
    await world.deliver()
    here = {one["title"]: one for one in await _found(world, "prod", "payments")}
    assert (here["payments-api 1.0.0"]["status"], here["payments-api 1.0.0"]["author"]) == (
        "succeeded",
        "Jo Doe",
    )
    assert here["Payments fail"]["status"] == "resolved"
    assert [one["title"] for one in await _found(world, "stage", "payments")] == ["payments-api"]
