"""A producer is told of its refused events: signed, at most once in a while, and nothing of the events themselves."""

import base64
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from companyos.domains.analytics.service import feedback
from companyos.domains.analytics.tables.repairs import feedback as table
from companyos.kernel.outbound import Outbound
from companyos.testing.world import World

from .sending import Sender, a_sender, event

HOOK = "https://shop.example/hooks/companyos"


class Receiver(Outbound):
    """Takes messages instead of the network; answers with `status`."""

    def __init__(self) -> None:
        super().__init__()
        self.status = 204
        self.taken: list[httpx.Request] = []

    def client(self, timeout: float, **more: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._take), timeout=timeout, **more)

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.taken.append(request)
        return httpx.Response(self.status)


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    made = Receiver()
    monkeypatch.setattr(feedback, "outbound", lambda _: made)
    yield made


@pytest.fixture
async def sender(world: World, app_client: httpx.AsyncClient) -> Sender:
    return await a_sender(world, app_client)


async def told(world: World) -> None:
    """What the process does every few seconds, and what it orders."""
    await feedback.due(world.house)
    await world.deliver()


async def test_a_producer_gets_one_signed_message_and_the_rest_later(
    world: World, sender: Sender, receiver: Receiver
) -> None:
    admin = await world.person("tenant_admin")
    made = await admin.put("/analytics/feedback/shop", {"url": HOOK})
    assert made.status_code == 200, made.text
    key = base64.b64decode(made.json()["secret"].removeprefix("whsec_"))
    await sender.send(event(props={"pfad": "/secret"}), event(props={"pfad": "/"}), event(consent_scope=[]))
    await told(world)
    [request] = receiver.taken
    id, at, body = request.headers["webhook-id"], request.headers["webhook-timestamp"], request.content
    wanted = hmac.digest(key, f"{id}.{at}.".encode() + body, "sha256")
    assert request.headers["webhook-signature"] == "v1," + base64.b64encode(wanted).decode()
    said = json.loads(body)
    assert (said["type"], said["producer"], said["refused"]) == (
        "companyos.analytics.events_refused",
        "shop",
        3,
    )
    assert said["reasons"][0]["code"] == "missing_field" and said["reasons"][0]["refused"] == 2
    assert said["reasons"][0]["pointer"] == "/props/path" and b"/secret" not in body
    await sender.send(event(consent_scope=[]))
    await told(world)
    assert len(receiver.taken) == 1, "not so soon again"
    async with world.house.begin(tenant=sender.tenant, environment="prod") as work:
        earlier = sa.update(table).values(told_at=work.now - timedelta(hours=1))
        await work.db.execute(earlier.where(table.c.tenant_id == sender.tenant))
    await told(world)
    assert json.loads(receiver.taken[1].content)["refused"] == 1
    [kept] = (await admin.get("/analytics/feedback")).json()["items"]
    assert kept["said"] == "204 No Content" and "secret" not in kept
    assert (await admin.delete("/analytics/feedback/shop")).status_code == 204
    await sender.send(event(consent_scope=[]))
    await told(world)
    assert len(receiver.taken) == 2


async def test_a_message_that_was_not_taken_is_sent_again_with_its_id(
    world: World, sender: Sender, receiver: Receiver
) -> None:
    admin = await world.person("tenant_admin")
    await admin.put("/analytics/feedback/shop", {"url": HOOK})
    receiver.status = 503
    await sender.send(event(consent_scope=[]))
    await told(world)
    receiver.status = 200
    async with world.house.begin(tenant=sender.tenant) as work:
        await work.db.execute(
            sa.text("update app.outbox set next_at = now() where tenant_id = :t"), {"t": sender.tenant}
        )
    await world.deliver()
    first, again = receiver.taken
    assert first.headers["webhook-id"] == again.headers["webhook-id"]


async def test_an_address_inside_the_firewall_is_no_address(world: World) -> None:
    admin = await world.person("tenant_admin")
    for url in (
        "http://shop.example/",
        "https://127.0.0.1/",
        "https://[::ffff:10.0.0.1]/",
        "file:///etc/passwd",
    ):
        answer = await admin.put("/analytics/feedback/shop", {"url": url})
        assert (answer.status_code, answer.json()["reasons"][0]["where"]) == (422, "/url"), url
    assert (
        await (await world.person("support")).put("/analytics/feedback/shop", {"url": HOOK})
    ).status_code == 403
