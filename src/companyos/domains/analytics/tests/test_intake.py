"""Events over HTTP: a verdict for each, kept before the answer, to be queried seconds later."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from companyos.domains.analytics.service.analytics import analytics_of
from companyos.domains.analytics.tables import EVENTS
from companyos.spines.identity.public import seed_ingest_key

DAY = timedelta(days=1)


def event(**more):
    """An event that is accepted."""
    return {
        "id": str(uuid.uuid4()),
        "event": "companyos.page_viewed",
        "consent_scope": ["product_analytics"],
        "purpose": "product_improvement",
        "props": {"path": "/services/:name"},
        **more,
    }


class Sender:
    """A service account of a tenant of its own."""

    def __init__(self, world, http, tenant, key):
        self.world, self.http, self.tenant, self.key = world, http, tenant, key
        self.analytics = analytics_of(world.house)

    async def send(self, *events, content=None, kind="application/json", **headers):
        body = json.dumps({"events": events}).encode() if content is None else content
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind, **headers}
        return await self.http.post("/v1/events", content=body, headers=headers)

    async def rows(self, table=EVENTS, at_once=False):
        last = (await self.analytics.stream.extent("analytics.events")).last
        assert await self.analytics.tail.caught_up(last)
        if at_once:
            await self.analytics.consolidate(at_once=True)
        now = datetime.now(UTC)
        scan = self.analytics.scan(table, self.tenant, now - 500 * DAY, now + 2 * DAY)
        return (await self.analytics.lake.scan(scan)).to_pylist()


@pytest.fixture
async def sender(world, app_client):
    return await sender_of(world, app_client)


async def sender_of(world, http, **more):
    person = await world.person("tenant_admin", **more)
    key = await seed_ingest_key(world.house, tenant=person.tenant, name="shop", environment="prod")
    return Sender(world, http, person.tenant, key)


def told(answer):
    """(accepted, code, pointer) of each verdict."""
    return [
        (v["accepted"], *((v["reason"]["code"], v["reason"]["pointer"]) if "reason" in v else ("", "")))
        for v in answer.json()["verdicts"]
    ]


async def test_an_event_can_be_queried_with_a_pseudonym_for_the_person(sender):
    sent = event(user_id="ada@example.com", session_id="s1", user_role="sre", device="desktop")
    answer = await sender.send(sent)
    assert (answer.status_code, told(answer)) == (200, [(True, "", "")])
    assert answer.json()["verdicts"][0]["id"] == sent["id"]
    for at_once in (False, True):
        [row] = await sender.rows(at_once=at_once)
        assert row["id"] == sent["id"] and row["event"] == "companyos.page_viewed"
        assert row["schema_version"] == "1-0-0" and row["producer"] == "shop"
        assert row["tenant_id"] == str(sender.tenant) and row["environment"] == "prod"
        assert json.loads(row["props"]) == {"path": "/services/:name"}
        assert row["consent_scope"] == ["product_analytics"]
        assert len(row["user_id"]) == 26 and "ada" not in str(row)
    await sender.send(event(user_id="ada@example.com"), event(user_id="grace@example.com"))
    assert len({one["user_id"] for one in await sender.rows()}) == 2
