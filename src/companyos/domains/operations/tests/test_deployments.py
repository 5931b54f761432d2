"""Deployments over HTTP: reports, history, hooks."""

import json
import time
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from companyos.domains.operations.rules import webhooks
from companyos.domains.operations.testing import a_deployment, a_service
from companyos.testing.world import Client, World


async def test_a_reported_deployment_is_listed_newest_first(world: World) -> None:
    sre = await world.person("sre")
    await a_service(sre)
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        await a_deployment(sre, version=version, diff={"files": 2, "insertions": 10, "deletions": 3})
    first = (await sre.get("/deployments?limit=2")).json()
    second = (await sre.get(f"/deployments?limit=2&cursor={first['next']}")).json()
    assert [d["version"] for d in first["items"] + second["items"]] == ["1.2.0", "1.1.0", "1.0.0"]
    assert first["items"][0]["diff"] == {"files": 2, "insertions": 10, "deletions": 3}
    assert (await sre.get("/deployments?service=other")).json()["items"] == []


async def test_an_external_id_continues_the_same_deployment(world: World) -> None:
    sre = await world.person("sre")
    await a_service(sre)
    begun = await a_deployment(sre, external_id="build-1", status="running")
    report = {
        "service": "payments-api",
        "version": "1.0.0",
        "external_id": "build-1",
        "status": "failed",
        "log_excerpt": "boom",
    }
    ended = await sre.post("/deployments", report)
    assert ended.status_code == 200
    assert (ended.json()["id"], ended.json()["status"], ended.json()["log_excerpt"]) == (
        begun["id"],
        "failed",
        "boom",
    )
    back = await sre.post("/deployments", {**report, "status": "running"})
    assert back.status_code == 409


async def test_what_cannot_be_is_refused(world: World) -> None:
    sre = await world.person("sre")
    unknown = await sre.post("/deployments", {"service": "ghost", "version": "1"})
    assert (unknown.status_code, unknown.json()["reasons"][0]["where"]) == (422, "/service")
    await a_service(sre)
    now = datetime.now(UTC)
    times = {"started_at": now.isoformat(), "finished_at": (now - timedelta(hours=1)).isoformat()}
    backwards = await sre.post("/deployments", {"service": "payments-api", "version": "1", **times})
    assert (backwards.status_code, backwards.json()["reasons"][0]["where"]) == (422, "/finished_at")
    elsewhere = await sre.get("/deployments?environment=stage")
    assert elsewhere.status_code == 422


async def test_environments_do_not_see_each_other(world: World) -> None:
    prod, stage = await world.person("sre"), await world.person("sre", environment="stage")
    await a_service(prod)
    made = await a_deployment(prod)
    assert (await stage.get("/deployments")).json()["items"] == []
    assert (await stage.get(f"/deployments/{made['id']}")).status_code == 404


async def test_history_comes_in_once(world: World) -> None:
    sre = await world.person("sre")
    await a_service(sre)
    past = [
        {
            "service": name,
            "version": f"v{n}",
            "commit": f"{n:040x}",
            "at": f"2026-11-0{n}T10:00:00Z",
            "log_excerpt": "x",
        }
        for n in (1, 2, 3)
        for name in ("payments-api", "ghost")
    ]
    first = (await sre.post("/deployments/import", {"items": past})).json()
    assert first == {"recorded": 3, "known": 0, "unknown_services": ["ghost"]}
    again = (await sre.post("/deployments/import", {"items": past})).json()
    assert (again["recorded"], again["known"]) == (0, 3)
    listed = (await sre.get("/deployments")).json()["items"]
    assert next((d["version"], d["source"], d["started_at"]) for d in listed) == (
        "v3",
        "git",
        "2026-11-03T10:00:00Z",
    )
    ahead = {**past[0], "commit": "f" * 40, "at": "2099-01-01T00:00:00Z"}
    await sre.post("/deployments/import", {"items": [ahead]})
    assert (await sre.get("/deployments?limit=1")).json()["items"][0]["queued_at"] < "2099"
    many = [{**past[0], "commit": f"{n:040x}"} for n in range(501)]
    assert (await sre.post("/deployments/import", {"items": many})).status_code == 422


def _signed(
    address: str, secret: str, body: bytes, *, id: str = "msg-1", at: float | None = None
) -> dict[str, str]:
    stamp = int(at or time.time())
    key = webhooks.read_secret(secret)
    return {
        "companyos-hook": address,
        webhooks.ID: id,
        webhooks.TIMESTAMP: str(stamp),
        webhooks.SIGNATURE: webhooks.sign(key, id, stamp, body),
        "content-type": "application/json",
    }


async def _hook(who: Client) -> tuple[str, str, str]:
    made = (await who.post("/hooks", {"name": "ci"})).json()
    return made["id"], made["address"], made["secret"]


REPORT = msgspec.json.encode({"service": "payments-api", "version": "3.0.0", "author": "ci"})


async def test_a_signed_report_becomes_a_deployment_once(world: World) -> None:
    engineer = await world.person("platform_engineer")
    await a_service(engineer)
    _, address, secret = await _hook(engineer)
    headers = _signed(address, secret, REPORT)
    first = await world.http.post("/api/v1/hooks/deployments", content=REPORT, headers=headers)
    assert (first.status_code, first.json()["source"], first.json()["environment"]) == (201, "hook", "prod")
    replay = await world.http.post("/api/v1/hooks/deployments", content=REPORT, headers=headers)
    assert (replay.status_code, replay.json()["id"]) == (200, first.json()["id"])
    assert len((await engineer.get("/deployments")).json()["items"]) == 1
    assert "secret" not in (await engineer.get("/hooks")).json()["items"][0]


async def test_a_report_that_is_not_signed_right_is_not_believed(world: World) -> None:
    engineer = await world.person("platform_engineer")
    await a_service(engineer)
    hook, address, secret = await _hook(engineer)
    good = _signed(address, secret, REPORT)
    other = await world.person("platform_engineer", tenant="other")
    _, other_address, other_secret = await _hook(other)
    attacks = {
        "no headers": {},
        "another tenant's secret": _signed(address, other_secret, REPORT),
        "another tenant's door": {**good, "companyos-hook": other_address},
        "a body of its own": _signed(address, secret, REPORT + b" "),
        "another id": {**good, webhooks.ID: "msg-2"},
        "an old message": _signed(address, secret, REPORT, at=time.time() - 3600),
        "a message of tomorrow": _signed(address, secret, REPORT, at=time.time() + 86_400),
        "no such hook": {**good, "companyos-hook": f"{engineer.tenant}.{engineer.tenant}"},
        "no address": {**good, "companyos-hook": "nonsense"},
        "odd time": {**good, webhooks.TIMESTAMP: "1e9"},
    }
    for name, headers in attacks.items():
        answer = await world.http.post("/api/v1/hooks/deployments", content=REPORT, headers=headers)
        assert answer.status_code == 401, name
    assert (await engineer.delete(f"/hooks/{hook}")).status_code == 204
    revoked = await world.http.post("/api/v1/hooks/deployments", content=REPORT, headers=good)
    assert revoked.status_code == 401
    assert (await engineer.get("/deployments")).json()["items"] == []


async def test_a_signed_report_that_is_nonsense_says_where(world: World) -> None:
    engineer = await world.person("platform_engineer")
    _, address, secret = await _hook(engineer)
    for body, status in ((b'{"service": 1}', 422), (b"{", 422), (b" " * 70_000, 413)):
        headers = _signed(address, secret, body)
        answer = await world.http.post("/api/v1/hooks/deployments", content=body, headers=headers)
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize("role", ["sre", "finance_ops", "support"])
async def test_only_administrators_keep_hooks(world: World, role: str) -> None:
    who = await world.person(role)
    assert (await who.post("/hooks", {"name": "ci"})).status_code == 403


@pytest.mark.parametrize(
    "said",
    [
        {"started_at": "0001-01-01T00:00:00+14:00"},
        {"finished_at": "9999-12-31T23:59:59-12:00"},
        {"started_at": "2026-11-01T00:00:00"},
        {"started_at": "2098-01-01T00:00:00Z"},
        {"version": ""},
        {"version": "1\n2"},
        {"version": "\ud800"},
        {"commit": "not hex"},
        {"diff": {"files": 2**40}},
        {"diff": {"files": -1}},
        {"log_excerpt": "a\x00b"},
        {"status": "exploded"},
    ],
)
async def test_nonsense_is_told_so(world: World, said: dict[str, object]) -> None:
    sre = await world.person("sre")
    await a_service(sre)
    body = json.dumps({"service": "payments-api", "version": "1", **said}).encode()
    answer = await sre.post("/deployments", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422, answer.text
