"""The whole way in a running house: an ingest key, OTLP, and questions by people of two tenants."""

import time
import uuid

import pytest

from companyos.spines.telemetry.telemetry import Telemetry

from .otlp_bodies import log, logs, span, traces

PROTOBUF = "application/x-protobuf"


@pytest.fixture
async def home(world):
    return await sending(world, "home")


@pytest.fixture
async def other(world):
    return await sending(world, "other")


class Tenant:
    """A tenant with a reader and a key; `send` keeps a request and waits until it can be queried."""

    def __init__(self, world, person, key, account):
        self.world, self.person, self.key, self.account = world, person, key, account

    async def post(self, signal, message, key=None):
        headers = {"Authorization": f"Bearer {key or self.key}", "Content-Type": PROTOBUF}
        body = message.SerializeToString()
        return await self.world.http.post(f"/v1/{signal}", content=body, headers=headers)

    async def send(self, signal, message):
        answer = await self.post(signal, message)
        assert answer.status_code == 200, answer.content
        telemetry = self.world.house.adapter(Telemetry)
        last = (await telemetry.stream.extent(f"telemetry.{signal}")).last
        assert await telemetry.caught_up(signal, last)


async def sending(world, name):
    person = await world.person("platform_engineer", "tenant_admin", tenant=name)
    made = await person.post("/service-accounts", {"name": "collector", "environments": ["prod"]})
    assert made.status_code == 201, made.text
    account = made.json()["id"]
    key = await person.post(f"/service-accounts/{account}/keys", {"environment": "prod"})
    assert key.status_code == 201, key.text
    return Tenant(world, person, key.json()["key"], account)


async def test_what_a_key_sends_belongs_to_its_tenant_and_nobody_else_finds_it(home, other):
    trace = uuid.uuid4().int
    service = f"shop-{uuid.uuid4().hex[:8]}"
    await home.send(
        "traces", traces(span(1, trace=trace, ms=30), span(2, trace=trace, parent=1), service=service)
    )
    await home.send("logs", logs(log("very private", trace_id=trace.to_bytes(16, "big")), service=service))
    paths = {
        "red": f"/telemetry/red?service={service}",
        "logs": "/telemetry/logs?q=private",
        "traces": f"/telemetry/traces?service={service}",
        "trace": f"/telemetry/traces/{trace:032x}",
        "services": "/telemetry/services",
    }
    mine = {name: (await home.person.get(path)).text for name, path in paths.items()}
    assert '"count":2' in mine["red"]
    assert "very private" in mine["logs"]
    assert f"{trace:032x}" in mine["traces"]
    assert '"parent_id":"0000000000000002"' in mine["trace"]
    assert service in mine["services"]
    theirs = {name: await other.person.get(path) for name, path in paths.items()}
    assert theirs["trace"].status_code == 404
    assert '"count":2' not in theirs["red"].text
    for name in ("logs", "traces", "services"):
        assert theirs[name].json()["items"] == []


async def test_a_key_of_another_tenant_or_a_revoked_one_takes_nothing(home, other):
    stolen = home.key.replace(home.person.tenant.hex, other.person.tenant.hex)
    assert (await home.post("traces", traces(span(1)), key=stolen)).status_code == 401
    assert (await home.post("traces", traces(span(1)), key=home.person.token)).status_code == 401
    keys = (await home.person.get(f"/service-accounts/{home.account}")).json()["keys"]
    gone = await home.person.delete(f"/service-accounts/{home.account}/keys/{keys[0]['id']}")
    assert gone.status_code == 204
    assert (await home.post("traces", traces(span(1)))).status_code == 401


async def test_an_ingest_key_reads_nothing(home):
    answer = await home.world.http.get(
        "/api/v1/telemetry/logs", headers={"Authorization": f"Bearer {home.key}"}
    )
    assert answer.status_code == 401


async def test_who_may_read_what(world):
    finance = await world.person("finance_ops")
    assert (await finance.get("/telemetry/services")).status_code == 200
    for path in ("/telemetry/logs", "/telemetry/traces", f"/telemetry/traces/{1:032x}"):
        refused = await finance.get(path)
        assert refused.status_code == 403
        assert refused.json()["reasons"]
    assert (await (await world.person()).get("/telemetry/services")).status_code == 403


async def test_pages_hold_everything_once(home):
    at = time.time_ns() - 10**10
    same = [log(f"line {n}", at=at) for n in range(5)]
    await home.send("logs", logs(*same, *(log(f"line {n}", at=at - n * 10**6) for n in range(5, 12))))
    await home.send("traces", traces(*(span(n, start=at + n * 10**6) for n in range(7))))
    for path, key, count in (("/telemetry/logs", "body", 12), ("/telemetry/traces", "trace_id", 7)):
        seen, cursor = [], None
        while True:
            page = await home.person.get(path, params={"limit": 3} | ({"cursor": cursor} if cursor else {}))
            seen += [item[key] for item in page.json()["items"]]
            cursor = page.json()["next"]
            if not cursor:
                break
        assert len(seen) == len(set(seen)) == count


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/telemetry/red", 422, "service"),
        ("/telemetry/red?service=a&from=yesterday", 422, "from"),
        ("/telemetry/red?service=a&from=2026-01-01T00:00:00", 422, "from"),
        ("/telemetry/red?service=a&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", 422, "before"),
        ("/telemetry/red?service=a&step=0", 422, "step"),
        ("/telemetry/red?service=a&environment=stage", 422, "environment"),
        ("/telemetry/red?service=a&from=2020-01-01T00:00:00Z&step=60", 422, "2000 points"),
        ("/telemetry/logs?severity=loud", 422, "severity"),
        ("/telemetry/logs?trace_id=xyz", 422, "trace_id"),
        ("/telemetry/logs?cursor=bm9wZQ", 400, "cursor"),
        ("/telemetry/logs?cursor=WyJhIiwiYiJd", 400, "cursor"),
        ("/telemetry/logs?cursor=WyIyMDI2LTAxLTAxIiwgIjEiXQ", 400, "cursor"),
        ("/telemetry/traces?cursor=WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwgIi0xIl0", 400, "cursor"),
        ("/telemetry/traces?min_ms=-1", 422, "min_ms"),
        ("/telemetry/traces/nothing", 404, "not_found"),
        ("/telemetry/red?service=a&from=0001-01-01T00:00:00%2B23:00", 422, "from"),
        ("/telemetry/logs?to=9999-12-31T23:59:59-23:00", 422, "to"),
    ],
)
async def test_bad_questions_are_told_what_is_wrong(home, path, status, told):
    answer = await home.person.get(path)
    assert answer.status_code == status, answer.text
    assert told in answer.text


@pytest.mark.parametrize("text", ["%00", "%FF", "'", '"', "%25", "\\", "$limit", "𝔘", "--"])
async def test_strange_texts_are_only_texts(home, text):
    for path in (f"logs?q={text}&service={text}", f"red?service={text}", f"traces?service={text}"):
        answer = await home.person.get(f"/telemetry/{path}")
        assert answer.status_code == 200, answer.text
    assert (await home.person.get(f"/telemetry/traces/{text}")).status_code == 404
