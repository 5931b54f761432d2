"""CompanyOS measures itself: what it did can be asked of its own telemetry, and idling adds nothing."""

import asyncio
import io
import json

import httpx
import pytest
import structlog
from opentelemetry.trace import format_span_id, format_trace_id
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from companyos.app.compose import asgi
from companyos.kernel.logs import configure_logs
from companyos.spines.telemetry.instruments.instruments import DATABASE, RELAY, Instruments
from companyos.spines.telemetry.instruments.own_tenant import OwnTenant
from companyos.spines.telemetry.settings import TelemetrySettings
from companyos.spines.telemetry.telemetry import Telemetry


@pytest.fixture
async def operator(world):
    """A reader of the tenant that this test's house sends its own telemetry to."""
    house = world.house
    client = await world.person("sre")
    settings = house.settings_of(TelemetrySettings)
    instruments = house.adapter(Instruments)
    before, settings.own_tenant = settings.own_tenant, client.slug
    handover = instruments.handover
    owner, handover._owner = handover._owner, OwnTenant(house)
    await instruments.flush()
    yield client
    settings.own_tenant, handover._owner = before, owner


async def settle(house):
    await house.adapter(Instruments).flush()
    telemetry = house.adapter(Telemetry)
    for name in telemetry.tails:
        last = (await telemetry.stream.extent(f"telemetry.{name}")).last
        assert await telemetry.caught_up(name, last)


async def extents(house):
    stream = house.adapter(Telemetry).stream
    return [(await stream.extent(f"telemetry.{name}")).last for name in ("traces", "logs", "metrics")]


async def test_requests_become_spans_logs_and_rates_of_our_services(world, operator):
    for _ in range(5):
        assert (await operator.get("/telemetry/services")).status_code == 200
        assert (await operator.get("/policies")).status_code == 200
    assert (await operator.get("/nothing/here")).status_code == 404
    await settle(world.house)

    red = (await operator.get("/telemetry/red", params={"service": "companyos-telemetry"})).json()
    assert {o["name"] for o in red["operations"]} >= {"GET /api/v1/telemetry/services"}
    assert sum(p["count"] for p in red["points"]) >= 5
    names = {s["service"] for s in (await operator.get("/telemetry/services")).json()["items"]}
    assert {"companyos-api", "companyos-telemetry"} <= names
    lines = (await operator.get("/telemetry/logs", params={"service": "companyos-api"})).json()["items"]
    line = next(x for x in lines if x["attributes"].get("route") == "/api/v1/policies")
    assert (line["severity"], line["attributes"]["status"]) == ("info", 200)
    trace = (await operator.get(f"/telemetry/traces/{line['trace_id']}")).json()["spans"]
    assert trace[0]["name"] == "GET /api/v1/policies"
    assert trace[0]["attributes"]["http.response.status_code"] == 200


@pytest.mark.parametrize("path", ["/api/v1/events", "/api/v1/incidents", "/oauth/token"])
async def test_a_client_that_goes_away_is_no_failure_of_ours(world, operator, path):
    method = "GET" if path.endswith("events") else "POST"
    headers = {**operator.headers, "Content-Length": "100", "Idempotency-Key": "gone-away"}
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "scheme": "http",
        "method": method, "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        pass

    await asgi(world.house)(scope, receive, send)
    await settle(world.house)
    services = ("companyos-api", "companyos-identity")
    told = [(await operator.get("/telemetry/red", params={"service": name})).json() for name in services]
    operations = [operation for red in told for operation in red["operations"]]
    assert [operation["errors"] for operation in operations if path in operation["name"]] in ([0], [])
    assert operations
    assert sum(operation["errors"] for operation in operations) == 0


async def test_the_database_tells_of_its_transactions_without_telling_what_was_in_them(world, operator):
    made = await operator.post("/services", {"name": "very-secret", "title": "Very secret"})
    assert made.status_code == 201
    slow = text("select pg_sleep(0.2)")
    instruments = world.house.adapter(Instruments)
    with instruments.span(RELAY, "outer"):
        async with world.house.begin() as work:
            await work.db.execute(slow)
        with pytest.raises(OperationalError):
            async with world.house.begin() as work:
                await work.db.execute(text("set local statement_timeout = 20"))
                await work.db.execute(slow)
        with pytest.raises(ProgrammingError):
            async with world.house.begin() as work:
                await work.db.execute(text("select * from nowhere"))
    await settle(world.house)
    before = await extents(world.house)
    async with world.house.begin() as work:
        await work.db.execute(slow)  # no request and no reaction
    await settle(world.house)
    assert await extents(world.house) == before
    red = (await operator.get("/telemetry/red", params={"service": DATABASE})).json()
    [told] = red["operations"]
    assert told["name"] == "transaction" and told["errors"] == 1
    assert told["count"] >= 4 and 190 <= told["p95_ms"] < 2000
    found = (await operator.get("/telemetry/traces", params={"service": DATABASE})).json()
    assert "very-secret" not in json.dumps(found) and "nowhere" not in json.dumps(found)
    assert DATABASE in {s["service"] for s in (await operator.get("/telemetry/services")).json()["items"]}


async def test_a_callers_trace_goes_on_in_ours(world, operator):
    given = "00-" + "ab" * 16 + "-" + "cd" * 8 + "-00"
    await operator.get("/policies", headers={"traceparent": given})
    await settle(world.house)
    [span, *_] = (await operator.get(f"/telemetry/traces/{'ab' * 16}")).json()["spans"]
    assert span["parent_id"] == "cd" * 8


async def test_no_span_or_log_of_a_request_names_a_tenants_things(world, operator):
    other = await world.person("sre", tenant="secretive")
    await other.get("/telemetry/traces/" + "ee" * 16, params={"x": "very-secret"})
    await other.get("/telemetry/logs", params={"q": "very-secret"})
    await settle(world.house)
    lines = (await operator.get("/telemetry/logs", params={"limit": 200})).text
    traces = (await operator.get("/telemetry/traces", params={"limit": 200})).json()["items"]
    spans = [(await operator.get(f"/telemetry/traces/{t['trace_id']}")).text for t in traces[:50]]
    for told in (lines, *spans):
        assert "very-secret" not in told
        assert str(other.tenant) not in told
        assert other.slug not in told


async def test_an_idle_house_stays_silent(world, operator, app_client):
    await operator.get("/policies")
    await settle(world.house)
    before = await extents(world.house)
    for _ in range(3):
        for probe in ("/healthz", "/readyz"):
            assert (await app_client.get(probe)).status_code == 200
        await asyncio.sleep(0.4)
        await world.house.adapter(Telemetry).consolidate(at_once=True)
        await settle(world.house)
    assert await extents(world.house) == before


async def test_a_failing_stream_does_not_make_telemetry_feed_on_itself(world, operator, monkeypatch):
    house = world.house
    await settle(house)
    calls = 0

    async def full(*_):
        nonlocal calls
        calls += 1
        structlog.get_logger("companyos.test").error("the stream is full")
        raise OSError("full")

    monkeypatch.setattr(house.adapter(Telemetry).stream, "append", full)
    lost = house.adapter(Instruments).handover.lost
    await operator.get("/policies")
    for _ in range(5):
        await house.adapter(Instruments).flush()
    assert 1 <= calls <= 3
    assert house.adapter(Instruments).handover.lost - lost == calls


async def test_work_outside_requests_can_be_measured(world, operator):
    instruments = world.house.adapter(Instruments)
    with (
        pytest.raises(RuntimeError),
        instruments.span(RELAY, "deliver operations.service.created", attempt=1),
    ):
        raise RuntimeError("no")
    await settle(world.house)
    [trace] = (await operator.get("/telemetry/traces", params={"service": RELAY, "errors": "true"})).json()[
        "items"
    ]
    assert trace["name"] == "deliver operations.service.created"


async def test_log_lines_are_json_with_the_ids_of_their_span(world):
    written = io.StringIO()
    level, instruments = world.house.settings.log_level, world.house.adapter(Instruments)
    configure_logs(level, extra=(instruments.ship,), to=written)
    with instruments.span(RELAY, "deliver") as span, structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger("companyos.test").warning("it rains", mm=3)
    structlog.get_logger("companyos.test").warning("outside")
    configure_logs(level, extra=(instruments.ship,))
    inside, outside = map(json.loads, written.getvalue().splitlines())
    assert (inside["event"], inside["mm"], inside["request_id"]) == ("it rains", 3, "r1")
    assert inside["trace_id"] == format_trace_id(span.get_span_context().trace_id)
    assert inside["span_id"] == format_span_id(span.get_span_context().span_id)
    assert "span_id" not in outside


async def test_readiness_names_the_part_that_fails(world, app_client, monkeypatch):
    good = await app_client.get("/readyz")
    assert good.json() == {"ready": True, "checks": {"database": "ok", "stream": "ok", "lake": "ok"}}

    async def broken():
        raise OSError("/secret/path is gone")

    monkeypatch.setattr(world.house.adapter(Telemetry).stream, "writable", broken)
    bad = await app_client.get("/readyz")
    assert (bad.status_code, bad.json()["checks"]["stream"]) == (503, "failed")
    assert "secret" not in bad.text
    assert (await app_client.get("/healthz")).json() == {"alive": True}


async def test_metrics_tell_the_house_and_no_tenant(world, operator, app_client):
    await operator.get("/policies")
    told = await app_client.get("/metrics")
    assert told.status_code == 200
    assert 'companyos_request_seconds_count{method="GET",route="/api/v1/policies"' in told.text
    for name in (
        "companyos_intake_items_total",
        "companyos_tail_bytes",
        "companyos_relay_lag_seconds",
        "ledger",
    ):
        assert name in told.text
    assert operator.slug not in told.text
    assert str(operator.tenant) not in told.text


async def test_metrics_are_for_this_machine_or_who_holds_the_token(world, app_client):
    assert (await app_client.get("/metrics", headers={"X-Forwarded-For": "9.9.9.9"})).status_code == 401
    far = httpx.ASGITransport(app=asgi(world.house), client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=far, base_url="http://far") as client:
        assert (await client.get("/metrics")).status_code == 401
        settings = world.house.settings_of(TelemetrySettings)
        settings.metrics_token = "scrape-me"
        try:
            assert (await client.get("/metrics")).status_code == 401
            good = {"Authorization": "Bearer scrape-me"}
            assert (await client.get("/metrics", headers=good)).status_code == 200
        finally:
            settings.metrics_token = ""


async def test_a_transaction_cancelled_in_the_middle_ends_as_cancelled(world):
    """Whoever waits for the end of a task must see the cancellation, not an error of the instrument."""
    house = world.house
    tracer = house.adapter(Instruments).tracer(RELAY)
    running = asyncio.Event()

    async def slow():
        with tracer.start_as_current_span("slow"):
            async with house.begin() as work:
                running.set()
                await work.db.execute(text("select pg_sleep(30)"))

    task = asyncio.create_task(slow())
    await running.wait()
    await asyncio.sleep(0.1)  # until the statement is at the server
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
