"""Questions are answered alike from the hot tail, from the lake, and from both; and only to the tenant."""

import random
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from companyos.kernel.problems import Invalid, NotFound
from companyos.spines.telemetry.health import SPARK, SPARK_STEP, health, spark_begin
from companyos.spines.telemetry.histogram import bucket_of
from companyos.spines.telemetry.intake import Owner
from companyos.spines.telemetry.logs import LogQuery, find_logs, level_of
from companyos.spines.telemetry.red import load_red, red
from companyos.spines.telemetry.traces import TraceQuery, find_traces, get_trace
from companyos.spines.telemetry.window import Window

from .otlp_bodies import log, logs, span, traces

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def ns(moment):
    return int(moment.timestamp() * 1e9)


@pytest.fixture
def window(now):
    return Window(now - HOUR, now + MINUTE)


@pytest.fixture(params=["tail", "lake", "both"])
def send(request, telemetry, tenant):
    """Keep requests and bring them to where this run wants them."""

    async def kept(signal, *messages, owner=None):
        for number, message in enumerate(messages):
            await telemetry.intake.accept(signal, owner or Owner(tenant, "prod"), message.SerializeToString())
            last = (await telemetry.stream.extent(f"telemetry.{signal}")).last
            assert await telemetry.caught_up(signal, last)
            if request.param == "lake" or (request.param == "both" and number % 2):
                await telemetry.consolidate(at_once=True)

    return kept


async def test_red_counts_every_request_once_with_its_errors_and_quantiles(
    telemetry, tenant, send, now, window
):
    chance = random.Random(1)
    durations = [chance.lognormvariate(3, 1) for _ in range(400)]
    batches = [
        traces(
            *(
                span(n, start=ns(now) - chance.randrange(3000) * 10**9, ms=durations[n], error=n % 10 == 0)
                for n in range(start, start + 100)
            )
        )
        for start in range(0, 400, 100)
    ]
    await send("traces", *batches)
    found = await red(telemetry, tenant, "prod", "api", window, 5 * MINUTE)
    assert sum(p.measure.count for p in found.points) == 400
    assert sum(p.measure.errors for p in found.points) == 40
    assert [b.at - a.at for a, b in zip(found.points, found.points[1:], strict=False)] == [5 * MINUTE] * (
        len(found.points) - 1
    )
    [(name, whole)] = found.operations
    assert (name, whole.count, whole.error_rate) == ("GET /things", 400, 0.1)
    ordered = sorted(durations)
    assert whole.p50_ms == pytest.approx(ordered[199], rel=0.05)
    assert whole.p95_ms == pytest.approx(ordered[379], rel=0.05)
    assert whole.p99_ms == pytest.approx(ordered[395], rel=0.05)


async def test_a_service_without_requests_has_points_of_zero(telemetry, tenant, window):
    found = await red(telemetry, tenant, "prod", "nobody", window, 10 * MINUTE)
    assert {p.measure.count for p in found.points} == {0}
    assert {p.measure.p95_ms for p in found.points} == {None}
    assert found.operations == ()


async def test_nobody_sees_another_tenant_or_environment(telemetry, tenant, send, now, window):
    other = uuid.uuid4()
    await send("traces", traces(span(1)), traces(span(2)), owner=Owner(other, "prod"))
    await send("traces", traces(span(3)), owner=Owner(tenant, "stage"))
    await send("logs", logs(log("secret")), logs(log("secret")), owner=Owner(other, "prod"))
    found = await red(telemetry, tenant, "prod", "api", window, MINUTE)
    assert sum(p.measure.count for p in found.points) == 0
    assert await health(telemetry, tenant, "prod", now=now + MINUTE) == {}
    assert await find_logs(telemetry, tenant, "prod", LogQuery(window), limit=9) == []
    assert await find_traces(telemetry, tenant, "prod", TraceQuery(window), limit=9) == []
    with pytest.raises(NotFound):
        await get_trace(telemetry, tenant, "prod", "2".zfill(32), now=now)
    assert len(await get_trace(telemetry, other, "prod", "2".zfill(32), now=now)) == 1


async def test_logs_are_found_by_text_severity_trace_and_service(telemetry, tenant, send, now, window):
    await send(
        "logs",
        logs(log("Payment failed", severity=17, trace_id=b"\x07" * 16), log("payment ok"), service="pay"),
        logs(log("ready", severity=5), log("50% _off", attributes=[]), service="shop"),
    )

    async def bodies(**query):
        found = await find_logs(telemetry, tenant, "prod", LogQuery(window, **query), limit=50)
        return sorted(line.body for line in found)

    assert await bodies(q="PAYMENT") == ["Payment failed", "payment ok"]
    assert await bodies(q="% _") == ["50% _off"]
    assert await bodies(severity="warn") == ["Payment failed"]
    assert await bodies(trace_id="07" * 16) == ["Payment failed"]
    assert await bodies(service="shop") == ["50% _off", "ready"]
    assert await bodies(q="' or 1=1 --") == []


async def test_logs_are_paged_newest_first_even_at_one_instant(telemetry, tenant, send, now, window):
    at = ns(now) - 5 * 10**9
    await send("logs", logs(*(log(f"same {n}", at=at) for n in range(7))), logs(log("newer", at=at + 10**9)))
    whole = await find_logs(telemetry, tenant, "prod", LogQuery(window), limit=50)
    parts = [
        line
        for skip in range(0, 9, 3)
        for line in await find_logs(telemetry, tenant, "prod", LogQuery(window), limit=3, skip=skip)
    ]
    assert whole[0].body == "newer"
    assert [line.body for line in parts] == [line.body for line in whole]


async def test_traces_are_summed_up_and_found(telemetry, tenant, send, now, window):
    start = ns(now) - 60 * 10**9
    first = [
        span(1, trace=1, start=start, ms=100),
        span(2, trace=1, start=start + 10**7, ms=200, parent=1, kind=3, error=True, name="SELECT"),
    ]
    await send("traces", traces(*first, service="shop"), traces(span(9, trace=9, ms=1, name="ping")))
    await send("traces", traces(first[0], service="shop"))
    ping, shop = await find_traces(telemetry, tenant, "prod", TraceQuery(window), limit=9)
    assert (ping.name, ping.errors) == ("ping", 0)
    assert (shop.service, shop.name, shop.errors) == ("shop", "GET /things", 1)
    assert shop.duration_ms == pytest.approx(210, abs=0.01)
    assert [
        t.name for t in await find_traces(telemetry, tenant, "prod", TraceQuery(window, errors=True), limit=9)
    ] == ["GET /things"]
    slow = await find_traces(telemetry, tenant, "prod", TraceQuery(window, min_ms=50), limit=9)
    assert [t.trace_id for t in slow] == [shop.trace_id]
    assert (
        await find_traces(telemetry, tenant, "prod", TraceQuery(window, service="api", errors=True), limit=9)
        == []
    )
    spans = await get_trace(telemetry, tenant, "prod", shop.trace_id, now=now)
    assert [(s.name, s.parent_id) for s in spans] == [("GET /things", None), ("SELECT", spans[0].span_id)]


async def test_health_of_many_services_at_once(telemetry, tenant, send, now):
    at = ns(now) - 60 * 10**9
    await send(
        "traces",
        traces(*(span(n, start=at, ms=10, error=n == 0) for n in range(4)), service="api"),
        traces(*(span(n, start=at, ms=40) for n in range(2)), service="shop"),
    )
    found = await health(telemetry, tenant, "prod", now=now, services=["api", "shop", "absent"])
    assert sorted(found) == ["api", "shop"]
    api = found["api"]
    assert (api.availability, api.error_rate, api.requests) == (0.75, 0.25, 4)
    assert api.rps == pytest.approx(4 / 600)
    assert api.p95_ms == pytest.approx(10, rel=0.05)
    assert now - 3 * MINUTE < api.last_seen <= now
    assert sorted(await health(telemetry, tenant, "prod", now=now)) == ["api", "shop"]
    assert await health(telemetry, tenant, "prod", now=now, services=[]) == {}


async def test_a_sparkline_ends_with_the_last_step_that_is_complete(telemetry, tenant, send):
    now = datetime.now(UTC).replace(minute=0, second=30, microsecond=0)  # the step before may still get spans
    minutes = (1, 3, 7, 12, 124, 126)
    await send("traces", traces(*(span(n, start=ns(now - n * MINUTE)) for n in minutes)))
    spark = (await health(telemetry, tenant, "prod", now=now))["api"].spark
    assert spark_begin(now) + SPARK == now.replace(second=0) - SPARK_STEP
    assert [n for n, rate in enumerate(spark) if rate] == [0, 22, 23] and spark[-1] == pytest.approx(1 / 5)
    assert spark_begin(now + MINUTE) == spark_begin(now) + SPARK_STEP


async def test_history_is_loaded_once_and_added_up_after_compaction(telemetry, tenant, now):
    start = now.replace(second=0, microsecond=0) - timedelta(days=3)
    rows = [
        {
            "tenant_id": str(tenant),
            "at": start + n * 5 * MINUTE,
            "environment": "prod",
            "service": "api",
            "operation": "GET /",
            "count": 10,
            "errors": 1,
            "duration_ns": 10 * 5_000_000,
            "buckets": [bucket_of(5_000_000)],
            "counts": [10],
        }
        for n in range(600)
    ]
    assert await load_red(telemetry, rows) == 600
    assert await load_red(telemetry, rows) == 0
    window = Window(start, start + timedelta(days=3))
    found = await red(telemetry, tenant, "prod", "api", window, HOUR)
    assert sum(p.measure.count for p in found.points) == 6000
    assert found.operations[0][1].p95_ms == pytest.approx(5, rel=0.05)
    api = (await health(telemetry, tenant, "prod", now=now))["api"]
    assert (api.requests, api.availability, api.rps) == (6000, 0.9, None)
    assert start <= api.last_seen < start + timedelta(days=3)


def test_windows_and_steps(now):
    window = Window.of(None, None, now=now)
    assert (window.length, window.step(None), window.step(10), window.step(300)) == (
        HOUR,
        MINUTE,
        MINUTE,
        5 * MINUTE,
    )
    assert Window.of(now - timedelta(days=7), None, now=now).step(None) == 84 * MINUTE
    with pytest.raises(Invalid, match="before"):
        Window.of(now, now - HOUR, now=now)
    with pytest.raises(Invalid, match="2000 points"):
        Window.of(now - timedelta(days=7), now, now=now).step(60)


def test_levels_have_names():
    assert [level_of(n, "") for n in (1, 9, 12, 13, 17, 24)] == [
        "trace",
        "info",
        "info",
        "warn",
        "error",
        "fatal",
    ]
    assert (level_of(0, "NOTICE"), level_of(0, "")) == ("notice", "unset")
