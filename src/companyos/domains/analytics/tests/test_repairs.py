"""Refused events over HTTP: counted for each producer, repaired on the real rows, replayed exactly once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from companyos.domains.analytics.service import replaying
from companyos.domains.analytics.service.intake import Intake
from companyos.testing.world import Client, World

from .sending import Sender, a_sender, event

FRESH = timedelta(seconds=1)
RENAME = {"do": "rename", "at": "/props/pfad", "to": "path"}


@pytest.fixture
async def sender(world: World, app_client: httpx.AsyncClient) -> Sender:
    return await a_sender(world, app_client)


def misspelt(**more: Any) -> dict[str, Any]:
    return event(props={"pfad": "/services"}, **more)


async def refused(sender: Sender, *events: dict[str, Any]) -> None:
    """Send events, and wait until their letters can be asked for."""
    await sender.send(*events)
    await sender.rows()


async def answered(who: Client, path: str) -> Any:
    answer = await who.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def proposed(who: Client, *operations: dict[str, Any], **selection: str) -> dict[str, Any]:
    body = {"title": "pfad is path", "selection": selection, "operations": list(operations)}
    answer = await who.post("/analytics/repairs", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def confirmed(who: Client, repair: str) -> httpx.Response:
    """Look at the preflight and confirm it."""
    asked = {"action": "analytics:repair.replay", "type": "analytics.repair", "id": repair}
    shown = await who.post("/preflights", asked)
    assert shown.status_code == 200, shown.text
    said = {"reason": "The sender was mended", "plan_hash": shown.json()["preview"]["hash"]}
    return await who.post(f"/analytics/repairs/{repair}/replay", said)


async def test_conformance_counts_what_each_producer_sent(world: World, sender: Sender) -> None:
    await refused(sender, event(), event(), misspelt(), event(consent_scope=[]))
    reader = await world.person("support")
    told = await answered(reader, "/analytics/conformance")
    assert (told["accepted"], told["refused"], told["repaired"]) == (2, 2, 0)
    [one] = told["items"]
    assert (one["producer"], one["event"]) == ("shop", "companyos.page_viewed")
    assert sum(one["accepted_trend"]) == sum(one["refused_trend"]) == 2
    assert len(one["refused_trend"]) == told["slots"]
    assert {code["code"] for code in one["reasons"]} == {"missing_consent", "missing_field"}
    assert one["last_refused_at"]


async def test_letters_are_found_by_reason_and_page_by_page_and_not_by_everybody(
    world: World, sender: Sender
) -> None:
    await refused(sender, *(misspelt() for _ in range(3)), event(consent_scope=[]))
    who = await world.person("sre")
    first = await answered(who, "/analytics/dead-letters?limit=3")
    rest = await answered(who, f"/analytics/dead-letters?limit=3&cursor={first['next']}")
    assert len(first["items"]) == 3 and len(rest["items"]) == 1 and rest["next"] is None
    assert len({one["letter"] for one in first["items"] + rest["items"]}) == 4
    [withheld] = (await answered(who, "/analytics/dead-letters?code=missing_consent"))["items"]
    kept = await answered(who, f"/analytics/dead-letters/{withheld['letter']}")
    assert kept["raw"] == "" and kept["producer"] == "shop"
    assert (await who.get(f"/analytics/dead-letters/{uuid4()}")).status_code == 404
    support = await world.person("support")
    assert (await support.get("/analytics/dead-letters")).status_code == 403
    stranger = await world.person("sre", tenant="away")
    assert (await answered(stranger, "/analytics/dead-letters?state=all"))["items"] == []
    assert (await stranger.get(f"/analytics/dead-letters/{withheld['letter']}")).status_code == 404


async def test_a_trial_tells_what_is_recovered_and_what_still_fails_and_writes_nothing(
    world: World, sender: Sender
) -> None:
    again = misspelt()
    await refused(sender, again, again, misspelt(plan=7), event(consent_scope=[]))
    who = await world.person("sre")
    body = {"selection": {}, "operations": [RENAME]}
    told = (await who.post("/analytics/repairs/trials", body)).json()
    assert (told["letters"], told["recovered"], told["repeated"], told["more"]) == (4, 2, 1, False)
    assert {(one["code"], one["pointer"], one["letters"]) for one in told["failing"]} == {
        ("wrong_type", "/plan", 1),
        ("withheld", "", 1),
    }
    assert any('"path"' in one["after"] for one in told["samples"])
    body["operations"] += [{"do": "cast", "at": "/plan", "to": "text"}]
    assert (await who.post("/analytics/repairs/trials", body)).json()["recovered"] == 3
    assert await sender.rows() == []
    forged = {"do": "set_default", "at": "/consent_scope", "value": ["product_analytics"]}
    no = await who.post("/analytics/repairs/trials", {"selection": {}, "operations": [forged]})
    assert (no.status_code, no.json()["reasons"][0]["code"]) == (422, "protected")


async def test_a_replay_keeps_each_event_once_under_its_own_id_and_pseudonym(
    world: World, sender: Sender
) -> None:
    sent = misspelt(user_id="ada@example.com")
    good = event(user_id="ada@example.com")
    await refused(sender, good, sent, sent, misspelt())
    who = await world.person("sre", mfa_ago=FRESH)
    made = await proposed(who, RENAME, producer="shop")
    assert (made["recovers"], made["trial"]["repeated"]) == (3, 1)
    other = await proposed(who, RENAME)
    done = await confirmed(who, made["id"])
    assert done.status_code == 201 and done.json()["evidence_id"], done.text
    await world.deliver()
    rows = {row["id"]: row for row in await sender.rows()}
    assert len(await sender.rows()) == len(rows) == 3
    assert rows[sent["id"]]["user_id"] == rows[good["id"]]["user_id"], "the same person"
    assert rows[sent["id"]]["producer"] == "shop"
    told = await answered(who, f"/analytics/repairs/{made['id']}")
    assert (told["state"], told["replayed"], told["repeated"], told["refused"]) == ("replayed", 2, 1, 0)
    assert (await answered(who, "/analytics/dead-letters"))["items"] == []
    marked = (await answered(who, "/analytics/dead-letters?state=repaired"))["items"]
    assert sorted(one["outcome"] for one in marked) == ["repeated", "replayed", "replayed"]
    assert (await answered(who, "/analytics/conformance"))["repaired"] == 3
    assert (await confirmed_again(who, made["id"])) == (await confirmed_again(who, other["id"])) == 409
    assert (await who.delete(f"/analytics/repairs/{made['id']}")).status_code == 409
    assert (await who.delete(f"/analytics/repairs/{other['id']}")).status_code == 204


async def confirmed_again(who: Client, repair: str) -> int:
    asked = {"action": "analytics:repair.replay", "type": "analytics.repair", "id": repair}
    return (await who.post("/preflights", asked)).status_code


async def test_a_replay_that_dies_after_the_events_were_taken_in_is_done_again_and_adds_nothing(
    world: World, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    await refused(sender, misspelt(), misspelt())
    who = await world.person("sre", mfa_ago=FRESH)
    made = await proposed(who, RENAME)
    assert (await confirmed(who, made["id"])).status_code == 201
    accept = Intake.accept

    async def dies(*given: Any, **more: Any) -> Any:
        await accept(*given, **more)
        raise ConnectionError("the power went")

    async with world.house.begin(tenant=who.tenant, environment="prod") as work:
        monkeypatch.setattr(Intake, "accept", dies)
        with pytest.raises(ConnectionError):
            await replaying.carry_out(work, UUID(made["id"]))
        monkeypatch.undo()
    await world.deliver()
    assert len(await sender.rows()) == 2
    told = await answered(who, f"/analytics/repairs/{made['id']}")
    assert told["state"] == "replayed" and told["replayed"] + told["repeated"] == 2


async def test_a_replay_takes_the_right_role_a_second_factor_and_the_plan_that_was_shown(
    world: World, sender: Sender
) -> None:
    await refused(sender, misspelt())
    who = await world.person("sre", mfa_ago=FRESH)
    made = await proposed(who, RENAME)
    at, said = f"/analytics/repairs/{made['id']}/replay", {"reason": "it was mended", "plan_hash": "0" * 64}
    answers = [(await one.post(at, said)).status_code for one in (await world.person("sre"), who)]
    assert answers == [401, 409], "a second factor; another plan"
    auditor = await world.person("security_analyst", mfa_ago=FRESH)
    assert (await auditor.post(at, said)).status_code == 403
    stranger = await world.person("sre", tenant="away", mfa_ago=FRESH)
    assert (await stranger.post(at, said)).status_code == 404
    both = await asyncio.gather(confirmed(who, made["id"]), confirmed(who, made["id"]))
    assert sorted(one.status_code for one in both)[0] == 201
    await world.deliver()
    assert len(await sender.rows()) == 1


async def test_arrivals_show_verdicts_and_no_values(world: World, sender: Sender) -> None:
    await refused(sender, event(user_id="ada"), misspelt())
    told = await answered(await world.person("sre"), "/analytics/arrivals?producer=shop")
    assert sorted((one["accepted"], one["fields"]) for one in told["items"]) == [
        (False, []),
        (True, ["path"]),
    ]
    assert "/services/:name" not in str(told)
    seen = await answered(await world.person("support"), "/analytics/arrivals")
    assert [one["accepted"] for one in seen["items"]] == [True] and seen["refused_hidden"]


async def test_letters_that_fit_since_the_schema_is_there_are_replayed_as_they_are(
    world: World, sender: Sender
) -> None:
    await refused(sender, event(event="shop.opened", props={"door": "north"}))
    who = await world.person("platform_engineer", mfa_ago=FRESH)
    nothing = {"selection": {"event": "shop.opened"}, "operations": []}
    assert (await who.post("/analytics/repairs/trials", nothing)).json()["recovered"] == 0
    assert (await who.post("/analytics/repairs", {**nothing, "title": "too soon"})).status_code == 409
    document = {"title": "Opened", "type": "object", "properties": {"door": {"type": "string"}}}
    registered = await who.post("/schemas", {"name": "shop.opened", "document": document})
    assert registered.status_code == 201
    async with asyncio.timeout(5):  # processes hear of a new schema within a second
        while not (await who.post("/analytics/repairs/trials", nothing)).json()["recovered"]:
            await asyncio.sleep(0.05)
    made = await proposed(who, event="shop.opened")
    assert (await confirmed(who, made["id"])).status_code == 201
    await world.deliver()
    assert [row["event"] for row in await sender.rows()] == ["shop.opened"]
