"""Incidents over HTTP."""

import pytest

from companyos.domains.operations.testing import a_deployment, a_service, an_incident
from companyos.testing.world import World


async def test_an_incident_is_opened_acknowledged_mitigated_and_resolved(world: World) -> None:
    sre = await world.person("sre", name="Jo Doe")
    await a_service(sre)
    bad = await a_deployment(sre)
    opened = await an_incident(
        sre, services=["payments-api"], deployments=[bad["id"]], text="Errors at 12 %."
    )
    id = opened["id"]
    assert (opened["status"], opened["owner"], opened["environment"]) == ("open", "", "prod")
    taken = (await sre.post(f"/incidents/{id}/acknowledge", {})).json()
    assert (taken["status"], taken["owner"]) == ("acknowledged", "Jo Doe")
    await sre.post(f"/incidents/{id}/notes", {"text": "Calling the card processor."})
    await sre.post(f"/incidents/{id}/mitigate", {"text": "Rolled back."})
    over = (await sre.post(f"/incidents/{id}/resolve", {})).json()
    assert over["resolved_at"] is not None
    kinds = [(e["kind"], e["text"]) for e in over["timeline"]]
    assert kinds == [
        ("opened", "Errors at 12 %."),
        ("acknowledged", ""),
        ("noted", "Calling the card processor."),
        ("mitigated", "Rolled back."),
        ("resolved", ""),
    ]
    again = await sre.post(f"/incidents/{id}/acknowledge", {})
    assert (again.status_code, "stays so" in again.json()["detail"]) == (409, True)
    assert (await sre.post(f"/incidents/{id}/notes", {"text": "Post-mortem on Monday."})).status_code == 201


async def test_lists_filter_by_state_service_and_activity(world: World) -> None:
    sre = await world.person("sre")
    await a_service(sre)
    hit = await an_incident(sre, "Payments fail", services=["payments-api"])
    await an_incident(sre, "Disk is full")
    await sre.post(f"/incidents/{hit['id']}/resolve", {})
    for query, titles in (
        ("", ["Disk is full", "Payments fail"]),
        ("?active=true", ["Disk is full"]),
        ("?active=false", ["Payments fail"]),
        ("?status=resolved", ["Payments fail"]),
        ("?service=payments-api", ["Payments fail"]),
    ):
        assert [i["title"] for i in (await sre.get(f"/incidents{query}")).json()["items"]] == titles


async def test_a_change_is_told_in_the_timeline_and_needs_the_version_read(world: World) -> None:
    sre = await world.person("sre")
    made = await an_incident(sre)
    path = f"/incidents/{made['id']}"
    changed = (
        await sre.patch(path, {"severity": "sev1", "owner": "cards"}, headers={"If-Match": '"1"'})
    ).json()
    assert changed["severity"] == "sev1"
    assert changed["timeline"][-1]["text"] == "severity: sev2 → sev1; owner: nothing → cards"
    assert (await sre.patch(path, {"owner": "x"}, headers={"If-Match": '"1"'})).status_code == 412


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"title": "x"}, "title"),
        ({"title": "Something", "severity": "sev9"}, "severity"),
        ({"title": "Something", "services": ["ghost"]}, "/services/0"),
        ({"title": "Something", "deployments": ["00000000-0000-0000-0000-000000000000"]}, "/deployments/0"),
    ],
)
async def test_bad_input_says_where(world: World, body: dict[str, object], where: str) -> None:
    sre = await world.person("sre")
    answer = await sre.post("/incidents", body)
    assert answer.status_code == 422
    assert any(where in (r["where"] or "") for r in answer.json()["reasons"])


async def test_readers_do_not_handle_incidents_and_strangers_do_not_see_them(world: World) -> None:
    made = await an_incident(await world.person("security_analyst"))
    finance = await world.person("finance_ops")
    assert (await finance.get(f"/incidents/{made['id']}")).status_code == 200
    assert (await finance.post(f"/incidents/{made['id']}/resolve", {})).status_code == 403
    other = await world.person("sre", tenant="other")
    for method, path in (("GET", ""), ("POST", "/resolve"), ("POST", "/notes")):
        answer = await other.send(
            method, f"/incidents/{made['id']}{path}", {"text": "x"} if method == "POST" else None
        )
        assert answer.status_code == 404
