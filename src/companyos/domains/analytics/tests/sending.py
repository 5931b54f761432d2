"""Senders of events for tests: a key of a tenant of its own, and what of its events can be queried."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from companyos.domains.analytics.service.analytics import Analytics, analytics_of
from companyos.domains.analytics.tables import EVENTS, TOPIC
from companyos.kernel.ports.lake import LakeTable
from companyos.spines.identity.public import seed_ingest_key
from companyos.testing.world import World

DAY = timedelta(days=1)


def event(**more: Any) -> dict[str, Any]:
    """An event that is accepted."""
    return {
        "id": str(uuid.uuid4()),
        "event": "companyos.page_viewed",
        "consent_scope": ["product_analytics"],
        "purpose": "product_improvement",
        "props": {"path": "/services/:name"},
        **more,
    }


@dataclass
class Sender:
    """A service account, `shop`."""

    http: httpx.AsyncClient
    analytics: Analytics
    tenant: uuid.UUID
    key: str

    async def send(
        self, *events: Any, content: bytes | None = None, kind: str = "application/json", **headers: str
    ) -> httpx.Response:
        body = json.dumps({"events": events}).encode() if content is None else content
        said = {"Authorization": f"Bearer {self.key}", "Content-Type": kind, **headers}
        return await self.http.post("/v1/events", content=body, headers=said)

    async def rows(self, table: LakeTable = EVENTS, *, at_once: bool = False) -> list[dict[str, Any]]:
        """What can be queried of a table, as soon as all that is durable can be."""
        last = (await self.analytics.stream.extent(TOPIC)).last
        assert await self.analytics.tail.caught_up(last)
        if at_once:
            await self.analytics.consolidate(at_once=True)
        now = datetime.now(UTC)
        scan = self.analytics.scan(table, self.tenant, now - 500 * DAY, now + 2 * DAY)
        return (await self.analytics.lake.scan(scan)).to_pylist()


async def a_sender(world: World, http: httpx.AsyncClient, tenant: str = "home") -> Sender:
    """A sender of a tenant of this test's world; its region is `eu`."""
    found = await world.tenant(tenant)
    key = await seed_ingest_key(world.house, tenant=found, name="shop", environment="prod")
    return Sender(http, analytics_of(world.house), found, key)


def told(answer: httpx.Response) -> list[tuple[str, str]]:
    """(code, pointer) of each verdict; of an accepted event both are empty."""
    assert answer.status_code in (200, 422), answer.text
    reasons = [verdict.get("reason", {}) for verdict in answer.json()["verdicts"]]
    return [(reason.get("code", ""), reason.get("pointer", "")) for reason in reasons]
