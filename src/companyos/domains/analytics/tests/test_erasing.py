"""Whoever was erased is found on no way; everybody else, and their namesake elsewhere, stays."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pyarrow.parquet as pq
import pytest

from companyos.domains.analytics.service import rollups
from companyos.domains.analytics.tables import DEAD_LETTERS, TOPIC
from companyos.kernel.house import House
from companyos.spines.data.erased import erased_of
from companyos.spines.data.pseudonyms import PseudonymKeys
from companyos.spines.data.service.wiping import go_on
from companyos.spines.data.tests.test_erasing import FRESH, asked, carried_out
from companyos.spines.evidence import archive
from companyos.spines.evidence.verify import verify
from companyos.testing.world import Client, World

from .sending import Sender, a_sender, event, told

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ADA, BOB = "ada-1842", "bob-7"


@pytest.fixture
async def sender(world: World, app_client: httpx.AsyncClient) -> Sender:
    return await a_sender(world, app_client)


def of(who: str, **more: Any) -> dict[str, Any]:
    """An event of somebody that happened a while ago."""
    return event(user_id=who, session_id=f"s-{who}", **{"at": _ago(HOUR), **more})


def _ago(time: timedelta) -> str:
    return (datetime.now(UTC) - time).isoformat()


async def sent(world: World, sender: Sender) -> None:
    """Events and refused ones of two people, at rest and on their way."""
    for who in (ADA, BOB):
        await sender.send(of(who, at=_ago(3 * DAY)), of(who), of(who, props={"path": 7}))
    await sender.rows(at_once=True)
    for who in (ADA, BOB):
        await sender.send(of(who), of(who, props={}))
    await sender.rows()
    await rollups.count(world.house)


async def pseudonym(house: House, tenant: UUID, user_id: str = ADA) -> str:
    return (await house.adapter(PseudonymKeys).of(tenant)).of(user_id)


async def seen(world: World, sender: Sender, who: Client, user_id: str = ADA) -> dict[str, int]:
    """How much of somebody each way of reading shows."""
    key = await pseudonym(world.house, sender.tenant, user_id)
    said = {"purpose": "product_improvement", "since": _ago(30 * DAY)}
    sql = await who.post(
        "/analytics/questions", {**said, "sql": "SELECT user_id, session_id FROM analytics.events"}
    )
    assert sql.status_code == 200, sql.text
    letters = await who.get("/analytics/dead-letters")
    assert letters.status_code == 200, letters.text
    texts = [
        (await who.get(f"/analytics/dead-letters/{one['letter']}")).text for one in letters.json()["items"]
    ]
    arrivals = await who.get("/analytics/arrivals")
    async with world.house.begin(tenant=sender.tenant) as work:
        cells = (await rollups.traces(work, key)).cells
    return {
        "events": sum(row["user_id"] == key for row in await sender.rows()),
        "letters": sum(key in row["raw"] for row in await sender.rows(DEAD_LETTERS)),
        "sql": sql.text.count(key),
        "sessions": sql.text.count(f'"s-{user_id}"'),
        "letters over HTTP": sum(key in text for text in texts),
        "arrivals": arrivals.text.count(key),
        "cells": cells,
    }


async def begun(world: World, support: Client) -> str:
    """Ada's erasure, carried out by somebody else; nothing is written anew yet."""
    admin = await world.person("tenant_admin", mfa_ago=FRESH)
    id = str((await asked(support, ADA))["id"])
    done = await carried_out(admin, id)
    assert done.status_code == 200, done.text
    erased_of(
        world.house
    ).look_again()  # the commit calls for it; nobody listens in a house without background
    return id


async def test_nobody_reads_anything_of_who_was_erased_and_then_it_is_gone(
    world: World, sender: Sender, app_client: httpx.AsyncClient
) -> None:
    away = await a_sender(world, app_client, "away")
    reader, stranger = await world.person("sre"), await world.person("sre", tenant="away")
    for one in (sender, away):
        await sent(world, one)
    before, bob = await seen(world, sender, reader), await seen(world, sender, reader, BOB)
    theirs = await seen(world, away, stranger)
    assert (before["events"], before["letters"], before["sql"], before["sessions"]) == (3, 2, 3, 3), before
    assert before["cells"] > 0 and before["letters over HTTP"] == 2

    people = ["/api/v1/analytics/reports/visits", f"/api/v1/analytics/reports/visits/s-{ADA}"]
    frozen = await reader.post("/console/frozen-views", {"path": "/", "title": "All", "reads": people})
    assert frozen.status_code == 422 and frozen.text.count("may ask to be forgotten") == 2, frozen.text

    id = await begun(world, await world.person("support"))
    now = await seen(world, sender, reader)
    assert {**now, "cells": 0} == dict.fromkeys(before, 0)
    assert await seen(world, sender, reader, BOB) == bob and await seen(world, away, stranger) == theirs

    assert not await go_on(world.house, sender.tenant, UUID(id), datetime.now(UTC)), "files may be in use"
    assert await go_on(world.house, sender.tenant, UUID(id), datetime.now(UTC) + HOUR)
    ada = await pseudonym(world.house, sender.tenant)
    assert await kept(world.house, sender, ada) == []
    assert await seen(world, sender, reader) == dict.fromkeys(before, 0)
    assert await seen(world, sender, reader, BOB) == {**bob, "arrivals": 0} | {
        "arrivals": (await seen(world, sender, reader, BOB))["arrivals"]
    }
    assert {**await seen(world, away, stranger), "arrivals": 0} == {**theirs, "arrivals": 0}
    assert len(await kept(world.house, away, await pseudonym(world.house, away.tenant))) > 0


async def kept(house: House, sender: Sender, key: str) -> list[str]:
    """Files of the lake, records of the stream and rows of PostgreSQL that hold a pseudonym."""
    found = []
    for path in Path(house.settings.data).rglob(f"tenant={sender.tenant}/**/*.parquet"):
        table = pq.ParquetFile(path).read()
        columns = [name for name in ("user_id", "raw") if name in table.schema.names]
        if any(key in str(value) for name in columns for value in table.column(name).to_pylist()):
            found.append(str(path))
    position = 0
    while read := await sender.analytics.stream.read(TOPIC, position):
        found += [f"record {one.offset}" for one in read if key.encode() in one.record.body]
        position = read[-1].offset
    async with house.begin(tenant=sender.tenant) as work:
        if await rollups.Rollups(work).number_of("person", key) is not None:
            found.append("a number in the roll-up")
        if await rollups.Rollups(work).number_of("session", f"s-{ADA}") is not None:
            found.append("a session in the roll-up")
    return found


async def test_the_certificate_names_every_place_and_verifies_without_us(
    world: World, sender: Sender
) -> None:
    await sent(world, sender)
    id = await begun(world, await world.person("support"))
    assert await go_on(world.house, sender.tenant, UUID(id), datetime.now(UTC) + HOUR)
    auditor = await world.person("security_analyst")
    done = (await auditor.get(f"/erasures/{id}")).json()
    told_of = {one["place"]: (one["erased"], one["remaining"]) for one in done["places"]}
    assert told_of["analytics.events"] == (3, 0) and told_of["analytics.dead_letters"] == (2, 0)
    assert all(remaining == 0 for _, remaining in told_of.values())
    places = (await auditor.get("/erasures/places")).json()["items"]
    assert [one["name"] for one in places] == list(told_of)
    pack = (await auditor.get(f"/evidence/{done['evidence_id']}")).content
    report = verify(pack)
    assert report.ok and report.record and report.record.action == "data.erasure.begun", report.findings

    said = json.loads(archive.read(pack)["certificate.json"])
    assert said["subject"] == done["subject"] and len(said["places"]) == len(places)
    for secret in (ADA, await pseudonym(world.house, sender.tenant)):
        assert secret.encode() not in b"".join(archive.read(pack).values())


async def test_what_comes_in_late_is_refused_and_who_comes_back_is_welcome(
    world: World, sender: Sender
) -> None:
    await sent(world, sender)
    reader = await world.person("sre")
    id = await begun(world, await world.person("support"))
    late, spoilt, new = of(ADA), of(ADA, props={"path": 7}), event(user_id=ADA)
    answer = await sender.send(late, spoilt, of(BOB), new)
    assert told(answer) == [("erased_subject", "/user_id")] * 2 + [("", "")] * 2
    letters = [row for row in await sender.rows(DEAD_LETTERS) if row["code"] == "erased_subject"]
    assert [row["raw"] for row in letters] == ["", ""]
    through = await go_on(world.house, sender.tenant, UUID(id), datetime.now(UTC) + HOUR)
    assert through, (await reader.get(f"/erasures/{id}")).text
    await rollups.count(world.house)
    now = await seen(world, sender, reader)
    assert (now["events"], now["sql"], now["letters"]) == (1, 1, 0)
