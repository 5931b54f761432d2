"""The public clients of other makers, unmodified, deliver over a real socket; what they sent can be queried."""

import asyncio
import json
import os
import shutil
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import posthog
import pytest
import requests
import segment.analytics as segment
from cloudevents.core.bindings import http as ce_http
from cloudevents.core.v1.event import CloudEvent
from segment.analytics.request import APIError
from snowplow_tracker import Emitter, SelfDescribing, SelfDescribingJson, StructuredEvent, Subject, Tracker

from companyos.domains.analytics.service.analytics import analytics_of
from companyos.domains.analytics.tables import DEAD_LETTERS, EVENTS
from companyos.spines.identity.public import seed_ingest_key

CLIENTS = Path(__file__).parents[5] / "tests" / "clients"
AGREED = {"consent_scope": ["product_analytics"], "purpose": "product_improvement", "plan": "team"}
ENVELOPE = "iglu:dev.companyos/envelope/jsonschema/1-0-0"
ORDER = {
    "type": "object",
    "properties": {
        "order": {"type": "string", "maxLength": 20, "x-companyos": {"pii": "none"}},
        "total": {"type": "number"},
    },
    "required": ["order"],
    "additionalProperties": False,
    "x-companyos": {"purposes": ["product_improvement"], "consent": "product_analytics"},
}
SENT = {"order": "o-1", "total": 9.5}


class Shop:
    """A sender with a key, and with a schema of one event."""

    def __init__(self, world, url, person, key):
        self.world, self.url, self.person, self.key = world, url, person, key
        self.analytics = analytics_of(world.house)

    async def knows(self, name):
        made = await self.person.post("/schemas", {"name": name, "document": ORDER})
        assert made.status_code == 201, made.text

    async def rows(self, table=EVENTS):
        last = (await self.analytics.stream.extent("analytics.events")).last
        assert await self.analytics.tail.caught_up(last)
        now = datetime.now(UTC)
        scan = self.analytics.scan(
            table, self.person.tenant, now - timedelta(days=2), now + timedelta(days=2)
        )
        rows = (await self.analytics.lake.scan(scan)).to_pylist()
        return sorted(
            ({**row, "props": json.loads(row["props"])} if "props" in row else row for row in rows), key=str
        )

    async def by_event(self):
        return {row["event"]: row for row in await self.rows()}


@pytest.fixture
async def shop(world, served):
    person = await world.person("tenant_admin")
    key = await seed_ingest_key(world.house, tenant=person.tenant, name="shop", environment="prod")
    return Shop(world, served, person, key)


def agreed(row):
    """What every client said beside its protocol."""
    assert (row["consent_scope"], row["purpose"], row["plan"]) == (
        ["product_analytics"],
        "product_improvement",
        "team",
    )
    assert len(row["user_id"]) == 26 and "lovelace" not in str(row)
    return True


@pytest.mark.parametrize("gzip", [False, True])
async def test_the_segment_client(shop, gzip):
    await shop.knows("shop.order_placed")
    failed = []

    def send():
        context = {"companyos": AGREED}
        client = segment.Client(
            shop.key, host=shop.url, gzip=gzip, on_error=lambda *e: failed.append(e), max_retries=1
        )
        client.track("ada.lovelace@example.com", "shop.order_placed", SENT, context, message_id="m-1")
        client.track("ada.lovelace@example.com", "Order Completed", SENT, context)
        client.page("ada.lovelace@example.com", name="Home", properties={"path": "/"}, context=context)
        client.identify(
            "ada.lovelace@example.com", {"email": "ada.lovelace@example.org", "company": "Acme"}, context
        )
        client.track("ada.lovelace@example.com", "Nobody Agreed", SENT)
        client.shutdown()

    await asyncio.to_thread(send)
    assert not failed
    rows = await shop.rows()
    assert len(rows) == 4 and all(one["consent_scope"] == ["product_analytics"] for one in rows)
    [known] = [one for one in rows if one["event"] == "shop.order_placed"]
    assert agreed(known) and (known["id"], known["props"]) == ("m-1", SENT)
    others = {one["props"]["name"]: one["props"] for one in rows if one["event"] == "companyos.segment_event"}
    assert set(others) == {"Order Completed", "segment.page", "segment.identify"}
    assert others["Order Completed"]["properties"] == SENT
    assert others["segment.page"]["call"] == {"name": "Home"}
    assert others["segment.identify"]["traits"]["company"] == "Acme"
    [dead] = await shop.rows(DEAD_LETTERS)
    assert (dead["code"], dead["raw"]) == ("missing_consent", "")


async def test_a_segment_batch_of_which_nothing_is_accepted_fails_in_the_client(shop):
    client = segment.Client(shop.key, host=shop.url, sync_mode=True)
    with pytest.raises(APIError) as refused:
        await asyncio.to_thread(client.track, "ada-lovelace", "Order Completed", SENT)
    assert refused.value.status == 422
    [verdict] = json.loads(refused.value.message)["verdicts"]
    assert verdict["reason"]["pointer"] == "/context/companyos/consent_scope"
    wrong = segment.Client("cosk_wrong", host=shop.url, sync_mode=True)
    with pytest.raises(APIError) as unknown:
        await asyncio.to_thread(wrong.track, "ada-lovelace", "Order Completed", SENT)
    assert unknown.value.status == 401
    assert await shop.rows() == []


async def test_the_cloudevents_sdk(shop):
    await shop.knows("com.acme.order_placed")
    said = {
        "consentscope": "product_analytics",
        "purpose": "product_improvement",
        "plan": "team",
        "userid": "ada-lovelace",
    }

    def event(type, **more):
        return CloudEvent({"type": type, "source": "/shop", **said, **more}, dict(SENT))

    one = ce_http.to_structured_event(event("com.acme.order_placed", id="1"))
    two = ce_http.to_binary_event(
        event("com.acme.order_shipped", datacontenttype="application/json", subject="Größe")
    )
    batch = b"[%s,%s]" % (
        ce_http.to_structured_event(event("com.acme.order_returned")).body,
        ce_http.to_structured_event(
            CloudEvent({"type": "com.acme.x", "source": "/shop", "id": "7"}, SENT)
        ).body,
    )
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {shop.key}"}) as http:
        for message in (one, one, two):
            done = await http.post(
                f"{shop.url}/v1/cloudevents", headers=message.headers, content=message.body
            )
            assert done.status_code == 200, done.text
        kind = {"Content-Type": "application/cloudevents-batch+json"}
        partly = await http.post(f"{shop.url}/v1/cloudevents", headers=kind, content=batch)
    assert (partly.status_code, [v["accepted"] for v in partly.json()["verdicts"]]) == (200, [True, False])
    refused = partly.json()["verdicts"][1]
    assert (refused["id"], refused["reason"]["pointer"]) == ("7", "/consentscope")
    rows = await shop.rows()
    assert len(rows) == 3, "the one that came twice is kept once"
    assert all(agreed(row) for row in rows)
    [known] = [one for one in rows if one["event"] == "com.acme.order_placed"]
    assert (known["id"], known["props"]) == ("/shop#1", SENT)
    others = {one["props"]["name"]: one["props"] for one in rows if one["event"] == "companyos.cloud_event"}
    assert others["com.acme.order_shipped"]["data"] == SENT
    assert others["com.acme.order_shipped"]["subject"] == "Größe"
    assert others["com.acme.order_returned"]["source"] == "/shop"


@pytest.mark.parametrize("gzip", [False, True])
async def test_the_posthog_client(shop, gzip):
    await shop.knows("order_placed")
    failed = []

    def send():
        client = posthog.Posthog(
            shop.key,
            host=shop.url,
            gzip=gzip,
            super_properties={"companyos": AGREED},
            on_error=lambda *e: failed.append(e),
            max_retries=0,
        )
        flags = client.evaluate_flags("ada-lovelace")
        assert flags.keys == [] and not flags.is_enabled("new-basket")
        client.capture("order_placed", distinct_id="ada-lovelace", properties=dict(SENT))
        client.capture(
            "$pageview",
            distinct_id="ada-lovelace",
            properties={"$current_url": "https://shop.example/basket"},
        )
        client.set(distinct_id="ada-lovelace", properties={"email": "ada.lovelace@example.org"})
        client.shutdown()

    await asyncio.to_thread(send)
    assert not failed
    rows = await shop.rows()
    known = [one for one in rows if one["event"] == "order_placed"]
    assert len(known) == 1 and agreed(known[0]) and known[0]["props"] == SENT
    others = {one["props"]["name"]: one["props"] for one in rows if one["event"] == "companyos.posthog_event"}
    assert {"$pageview", "$set"} <= set(others)
    assert others["$pageview"]["properties"]["$current_url"] == "https://shop.example/basket"
    assert others["$set"]["traits"]["$set"]["email"] == "ada.lovelace@example.org"
    assert await shop.rows(DEAD_LETTERS) == []


async def test_a_posthog_client_without_consent_is_told(shop):
    failed = []

    def send():
        client = posthog.Posthog(shop.key, host=shop.url, on_error=lambda *e: failed.append(e), max_retries=0)
        client.capture("order_placed", distinct_id="ada-lovelace", properties=dict(SENT))
        client.shutdown()

    await asyncio.to_thread(send)
    [(error, _)] = failed
    assert error.status == 422 and "/properties/companyos/consent_scope" in str(error)
    assert await shop.rows() == []


async def test_the_posthog_client_for_node(shop):
    await shop.knows("order_placed")
    node = Path(sys.executable).with_name("node")
    sent = await asyncio.create_subprocess_exec(
        str(node) if node.exists() else shutil.which("node"),
        str(CLIENTS / "posthog.mjs"),
        env=os.environ | {"HOST": shop.url, "KEY": shop.key, "AGREED": json.dumps(AGREED)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await sent.communicate()
    assert sent.returncode == 0, errors.decode()
    assert json.loads(output) == {}, "there are no flags"
    [known] = await shop.rows()
    assert agreed(known) and (known["event"], known["props"]) == ("order_placed", SENT)


@pytest.mark.parametrize("encode_base64", [False, True])
async def test_the_snowplow_tracker(shop, encode_base64):
    await shop.knows("com.acme.order_placed")
    failed = []

    def send():
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {shop.key}"
        emitter = Emitter(shop.url, batch_size=3, session=session, on_failure=lambda *e: failed.append(e))
        subject = (
            Subject().set_user_id("ada-lovelace").set_domain_user_id("device-1").set_ip_address("192.0.2.7")
        )
        tracker = Tracker("shop", emitter, subject, "basket", encode_base64)
        context = [
            SelfDescribingJson(ENVELOPE, AGREED),
            SelfDescribingJson("iglu:com.acme/user/jsonschema/1-0-0", {"a": 1}),
        ]
        order = SelfDescribingJson("iglu:com.acme/order_placed/jsonschema/1-0-0", SENT)
        tracker.track(SelfDescribing(order, context=context))
        tracker.track(StructuredEvent("shop", "add-to-basket", value=3, context=context))
        tracker.track(StructuredEvent("shop", "nobody agreed"))

    await asyncio.to_thread(send)
    assert not failed
    rows = await shop.by_event()
    assert len(rows) == 2 and all(agreed(row) for row in rows.values())
    known = rows["com.acme.order_placed"]
    assert (known["props"], known["schema_version"], known["anonymous_id"]) == (SENT, "1-0-0", "device-1")
    other = rows["companyos.snowplow_event"]["props"]
    assert other["name"] == "com.snowplowanalytics.snowplow.event"
    assert other["properties"] == {"category": "shop", "action": "add-to-basket", "value": "3"}
    assert other["entities"] == [{"schema": "iglu:com.acme/user/jsonschema/1-0-0", "data": {"a": 1}}]
    assert other["tracker"]["app"] == "basket" and "192.0.2.7" not in str(rows)
    [dead] = await shop.rows(DEAD_LETTERS)
    assert dead["code"] == "missing_consent"


async def test_the_same_event_sent_again_is_kept_once(shop):
    message = str(uuid.uuid4())

    def send():
        client = segment.Client(shop.key, host=shop.url, sync_mode=True)
        for _ in range(2):
            client.track("ada-lovelace", "Again", {"n": 1}, {"companyos": AGREED}, message_id=message)

    await asyncio.to_thread(send)
    assert [row["id"] for row in await shop.rows()] == [message]
