"""Events over HTTP: a verdict for each, kept before the answer, queried seconds later, each once."""

import asyncio
import gzip
import json
import resource
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import zstandard

from companyos.domains.analytics.tables import DEAD_LETTERS
from companyos.testing.world import World

from .sending import DAY, Sender, a_sender, event, told

OK = ("", "")


@pytest.fixture
async def sender(world: World, app_client: httpx.AsyncClient) -> Sender:
    return await a_sender(world, app_client)


async def test_an_event_can_be_queried_with_a_pseudonym_for_the_person(sender: Sender) -> None:
    sent = event(user_id="ada@example.com", session_id="s1", user_role="sre", device="desktop")
    answer = await sender.send(sent)
    assert (answer.status_code, told(answer)) == (200, [OK])
    assert answer.json()["verdicts"][0]["id"] == sent["id"]
    for at_once in (False, True):
        [row] = await sender.rows(at_once=at_once)
        assert row["id"] == sent["id"] and row["event"] == "companyos.page_viewed"
        assert row["schema_version"] == "1-0-0" and row["producer"] == "shop"
        assert row["tenant_id"] == str(sender.tenant) and row["environment"] == "prod"
        assert json.loads(row["props"]) == {"path": "/services/:name"}
        assert row["consent_scope"] == ["product_analytics"] and row["residency_zone"] == "eu"
        assert datetime.now(UTC) - row["at"] < timedelta(minutes=1)
        assert len(row["user_id"]) == 26 and "ada" not in str(row)
    await sender.send(event(user_id="ada@example.com"), event(user_id="grace@example.com"))
    assert len({one["user_id"] for one in await sender.rows()}) == 2


async def test_pseudonyms_of_two_tenants_have_nothing_in_common(
    world: World, app_client: httpx.AsyncClient
) -> None:
    seen = set()
    for name in ("home", "away"):
        sender = await a_sender(world, app_client, name)
        await sender.send(event(user_id="ada"))
        [row] = await sender.rows()
        seen.add(row["user_id"])
    assert len(seen) == 2


BAD = {
    "no id": (event(id=""), "bad_id", "/id"),
    "unprintable id": (event(id="a\nb"), "bad_id", "/id"),
    "no event": (event(event=""), "missing_field", "/event"),
    "unknown event": (event(event="shop.nothing"), "unknown_schema", "/event"),
    "unknown version": (event(schema="9-0-0"), "unknown_schema", "/schema"),
    "unknown field": (event(sesion_id="s"), "unknown_field", "/sesion_id"),
    "wrong type": (event(user_role=7), "wrong_type", "/user_role"),
    "too long": (event(plan="x" * 201), "too_long", "/plan"),
    "wrong prop": (event(props={"path": 7}), "wrong_type", "/props/path"),
    "missing prop": (event(props={}), "missing_field", "/props/path"),
    "unknown prop": (event(props={"path": "/", "pfad": "/"}), "unknown_field", "/props/pfad"),
    "props no object": (event(props=[1]), "wrong_type", "/props"),
    "large props": (event(props={"path": "/" + "x" * 70_000}), "too_large", "/props"),
    "no consent": (event(consent_scope=["marketing"]), "missing_consent", "/consent_scope"),
    "other purpose": (event(purpose="advertising"), "wrong_purpose", "/purpose"),
    "other zone": (event(residency_zone="us"), "wrong_residency", "/residency_zone"),
    "other tenant": (event(tenant_id="019ac0de-0000-7000-8000-000000000002"), "wrong_tenant", "/tenant_id"),
    "other environment": (event(environment="stage"), "wrong_environment", "/environment"),
    "ahead": (event(at=(datetime.now(UTC) + 1.1 * DAY).isoformat()), "clock_ahead", "/at"),
    "long ago": (event(at="1999-01-01T00:00:00Z"), "too_old", "/at"),
    "no zone": (event(at="2026-11-22T10:15:00"), "wrong_type", "/at"),
    "mail address": (event(props={"path": "/people/ada@example.com"}), "unlabelled_pii", "/props/path"),
    "mail address as a session": (event(session_id="ada@example.com"), "unlabelled_pii", "/session_id"),
    "no object": (["path"], "wrong_type", ""),
}


async def test_a_bad_event_is_told_why_and_never_fails_its_batch(sender: Sender) -> None:
    good = event()
    answer = await sender.send(*(bad for bad, _, _ in BAD.values()), good)
    assert answer.status_code == 200 and (answer.json()["accepted"], answer.json()["refused"]) == (
        1,
        len(BAD),
    )
    assert dict(zip(BAD, told(answer), strict=False)) == {name: bad[1:] for name, bad in BAD.items()}
    for verdict in answer.json()["verdicts"][:-1]:
        assert verdict["reason"]["sentence"].endswith(".")
    for at_once in (False, True):
        assert [row["id"] for row in await sender.rows(at_once=at_once)] == [good["id"]]
        dead = await sender.rows(DEAD_LETTERS)
        assert sorted(row["code"] for row in dead) == sorted(code for _, code, _ in BAD.values())
        assert "ada@example.com" not in str(dead)


async def test_of_an_event_that_we_may_not_have_nothing_is_kept_but_that_it_came(sender: Sender) -> None:
    answer = await sender.send(
        event(consent_scope=[], user_id="ada", props={"path": "/secret"}), event(user_id=7)
    )
    assert answer.status_code == 422
    kept = {row["code"]: row for row in await sender.rows(DEAD_LETTERS)}
    assert (
        kept["missing_consent"]["raw"] == "" and kept["missing_consent"]["event"] == "companyos.page_viewed"
    )
    repairable = json.loads(kept["wrong_type"]["raw"])
    assert repairable["props"] == {"path": "/services/:name"} and len(repairable["user_id"]) == 26


async def test_a_repeated_event_is_accepted_and_kept_once(sender: Sender) -> None:
    sent = [event() for _ in range(3)]
    for batch in (sent, sent, [sent[0], sent[0], event()]):
        assert told(await sender.send(*batch)) == [OK] * 3
    assert len(await sender.rows()) == 4
    assert len(await sender.rows(at_once=True)) == 4
    await sender.send(*sent)
    assert len(await sender.rows()) == 4
    assert len(await sender.rows(at_once=True)) == 4


async def test_the_same_id_of_another_tenant_is_another_event(
    world: World, app_client: httpx.AsyncClient
) -> None:
    sent = event()
    for name in ("home", "away"):
        sender = await a_sender(world, app_client, name)
        await sender.send(sent)
        assert [row["id"] for row in await sender.rows()] == [sent["id"]]


@pytest.mark.parametrize("packing", ["identity", "gzip", "zstd"])
async def test_bodies_may_be_packed_or_lines(sender: Sender, packing: str) -> None:
    pack = {"identity": bytes, "gzip": gzip.compress, "zstd": zstandard.compress}[packing]
    body = json.dumps({"events": [event()]}).encode()
    lines = b"\n".join(json.dumps(event(user_role=role)).encode() for role in ("sre", 7)) + b"\n\n"
    more = {"Content-Encoding": packing}
    assert told(await sender.send(content=pack(body), **more)) == [OK]
    answer = await sender.send(content=pack(lines), kind="application/x-ndjson", **more)
    assert told(answer) == [OK, ("wrong_type", "/user_role")]
    assert len(await sender.rows()) == 2


@pytest.mark.parametrize(
    ("content", "kind", "status", "said"),
    [
        (b'{"events": [{"id": "a",}]}', "application/json", 400, "(byte 23)"),
        (b'{"events": [{"id": "a"', "application/json", 400, "(byte 22)"),
        (b"", "application/json", 400, "(byte 0)"),
        (b'{"events": [{"id": "\xff"}]}', "application/json", 400, "(byte 20)"),
        (b'{"batch": []}', "application/json", 400, '{"events": [{…}, …]}'),
        (b"[1]", "application/json", 400, '{"events": [{…}, …]}'),
        (b'{"id": "a"}\n{"id"', "application/x-ndjson", 400, "begins at byte 12"),
        (b'{"events": [{"props": ' + b"[" * 100_000, "application/json", 400, "JSON"),
        (b"{}", "text/plain", 415, "application/x-ndjson"),
        (bytes(9_000_000), "application/json", 413, "8388608 bytes"),
        (gzip.compress(bytes(40_000_000)), "application/json", 413, "33554432 bytes after decompression"),
        (b'{"events": [' + b"{}," * 5_000 + b"{}]}", "application/json", 413, "5001 events"),
    ],
)
async def test_a_body_that_is_no_batch_is_told_where(
    sender: Sender, content: bytes, kind: str, status: int, said: str
) -> None:
    packing = "gzip" if content[:2] == b"\x1f\x8b" else "identity"
    answer = await sender.send(content=content, kind=kind, **{"Content-Encoding": packing})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert said in answer.json()["detail"]
    assert sender.analytics.intake.waiting == 0 and await sender.rows() == []


@pytest.mark.parametrize("key", ["", "wrong", "cosk_00000000-0000-0000-0000-000000000000_x"])
async def test_without_a_key_nothing_is_taken(sender: Sender, key: str) -> None:
    sender.key = key
    answer = await sender.send(event())
    assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith("Bearer")
    assert await sender.rows() == []


async def test_the_key_of_another_tenant_writes_nothing_into_this_one(
    world: World, app_client: httpx.AsyncClient
) -> None:
    ours, theirs = [await a_sender(world, app_client, name) for name in ("home", "away")]
    answer = await theirs.send(event(tenant_id=str(ours.tenant)))
    assert (answer.status_code, told(answer)) == (422, [("wrong_tenant", "/tenant_id")])
    assert await ours.rows() == [] and await ours.rows(DEAD_LETTERS) == []
    [letter] = await theirs.rows(DEAD_LETTERS)
    assert letter["raw"] == ""


async def test_a_full_disk_acknowledges_nothing_and_loses_nothing(sender: Sender) -> None:
    before, during, after = event(), event(), event()
    assert told(await sender.send(before)) == [OK]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        answer = await sender.send(during)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "no room left" in answer.json()["detail"]
    assert told(await sender.send(after)) == [OK]
    assert {row["id"] for row in await sender.rows()} == {before["id"], after["id"]}
    assert told(await sender.send(during)) == [OK]
    assert len(await sender.rows(at_once=True)) == 3


async def test_what_is_acknowledged_can_be_queried_within_five_seconds(sender: Sender) -> None:
    sent = event()
    started = asyncio.get_running_loop().time()
    assert (await sender.send(sent)).status_code == 200
    while [row["id"] for row in await sender.rows()] != [sent["id"]]:
        assert asyncio.get_running_loop().time() - started < 5


async def test_metrics_tell_what_passed_and_of_whom_nothing(sender: Sender) -> None:
    await sender.send(event(), event(event="shop.nothing"))
    text = (await sender.http.get("/metrics")).text
    assert 'companyos_events_total{outcome="accepted"}' in text
    assert 'companyos_events_total{outcome="unknown_schema"}' in text
    assert str(sender.tenant) not in text
