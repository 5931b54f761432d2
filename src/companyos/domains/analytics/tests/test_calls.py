"""The API tells of its own requests: of routes and outcomes, of nobody who called, and not of telling."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from companyos.domains.analytics.service.analytics import analytics_of
from companyos.domains.analytics.service.calls import Calls
from companyos.domains.analytics.tables import EVENTS, TOPIC
from companyos.kernel.ports.lake import Where
from companyos.spines.telemetry.settings import TelemetrySettings
from companyos.testing.world import World

DAY = timedelta(days=1)


async def rows(world: World) -> list[dict[str, Any]]:
    analytics, now = analytics_of(world.house), datetime.now(UTC)
    assert await analytics.tail.caught_up((await analytics.stream.extent(TOPIC)).last)
    where = Where("event", "=", "companyos.api_called")
    scan = analytics.scan(EVENTS, await world.tenant(), now - DAY, now + DAY, where)
    return (await analytics.lake.scan(scan)).to_pylist()


async def test_requests_are_told_by_route_and_outcome(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sami = await world.person("sre")
    monkeypatch.setattr(world.house.settings_of(TelemetrySettings), "own_tenant", sami.slug)
    calls = Calls(world.house)
    monkeypatch.setitem(world.house.adapters, Calls, calls)
    for name in ("one", "two"):
        assert (await sami.get(f"/services/{name}-of-nobody")).status_code == 404
    await sami.get("/services")
    await sami.post("/analytics/events", {"events": []})
    await sami.get("/nothing/here")

    assert await calls.tell() == 3
    assert await calls.tell() == 0  # telling is no request
    told = {
        (p["route"], p["status"]): p for p in (msgspec.json.decode(row["props"]) for row in await rows(world))
    }
    assert set(told) == {
        ("/api/v1/services/{name}", "4xx"),
        ("/api/v1/services", "2xx"),
        ("(unmatched)", "4xx"),
    }
    twice = told["/api/v1/services/{name}", "4xx"]
    assert twice["calls"] == 2 and 0 < twice["slowest_ms"] <= twice["duration_ms"]
    for row in await rows(world):
        assert (row["purpose"], row["feature"], row["producer"]) == ("operations", "api", "companyos-api")
        assert row["user_id"] == row["user_role"] == row["session_id"] == ""
        assert "of-nobody" not in str(row)
