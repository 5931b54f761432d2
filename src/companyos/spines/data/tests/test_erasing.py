"""Forgetting somebody: asked for by one, carried out by another, kept without their id."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from companyos.kernel.house import House
from companyos.spines.data.places import places_of
from companyos.spines.data.rules.erasure import Subject
from companyos.spines.data.service.wiping import go_on
from companyos.testing.world import Client, World

FRESH = timedelta(seconds=5)
PERSON = "ada.lovelace-1842"


async def asked(who: Client, user_id: str = PERSON) -> dict[str, Any]:
    answer = await who.post("/erasures", {"user_id": user_id, "reference": "DSR-1"})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def carried_out(who: Client, id: str, **more: Any) -> Any:
    act = {"action": "data:erasure.carry_out", "type": "data.erasure", "id": id}
    shown = await who.post("/preflights", act)
    if shown.status_code != 200:
        return shown
    said = {"reason": "A letter", "plan_hash": shown.json()["preview"]["hash"]}
    return await who.post(f"/erasures/{id}/carry-out", said | more)


class Forgetful:
    """A place that holds something until it is told to forget, and whose disk takes a while."""

    name, title, counted = "test.notes", "Notes", "notes"

    def __init__(self) -> None:
        self.held, self.failing, self.seen = 3, True, ""

    async def find(self, house: House, subject: Subject) -> int:
        self.seen = subject.key
        return self.held

    async def erase(self, house: House, subject: Subject) -> int:
        if self.failing:
            raise OSError("the disk is away")
        gone, self.held = self.held, 0
        return gone

    async def prove(self, house: House, subject: Subject, now: datetime) -> int:
        return self.held


@pytest.fixture
def place(world: World) -> Any:
    made, places = Forgetful(), places_of(world.house)
    places.add(made)
    yield made
    del places._places[made.name]


async def test_who_asks_does_not_carry_out_and_nothing_keeps_the_id(world: World, place: Forgetful) -> None:
    support, admin = await world.person("support"), await world.person("tenant_admin", mfa_ago=FRESH)
    made = await asked(support)
    assert made["state"] == "requested" and PERSON not in str(made)
    again = await support.post("/erasures", {"user_id": PERSON})
    assert again.status_code == 409 and again.json()["reasons"][0]["code"] == "asked_already"
    assert (await carried_out(support, made["id"])).status_code == 403
    own = await asked(admin, "somebody else")
    refused = await carried_out(admin, own["id"])
    assert refused.status_code == 403 and "somebody else carries it out" in refused.json()["detail"]
    stale = await world.person("tenant_admin")
    assert (await carried_out(stale, made["id"])).status_code == 401, "no second factor"
    assert (await carried_out(admin, made["id"], plan_hash="0" * 64)).status_code == 409
    begun = await carried_out(admin, made["id"])
    assert (begun.status_code, begun.json()["state"]) == (200, "erasing")
    assert (await carried_out(admin, made["id"])).status_code == 409
    for path in ("/erasures", f"/erasures/{made['id']}", "/audit?limit=100"):
        told = (await admin.get(path)).text
        assert PERSON not in told and place.seen not in told, path


async def test_what_fails_is_tried_again_and_only_then_certified(world: World, place: Forgetful) -> None:
    support, admin = await world.person("support"), await world.person("security_analyst", mfa_ago=FRESH)
    id = (await asked(support))["id"]
    assert (await carried_out(admin, id)).status_code == 200
    later = datetime.now(UTC) + timedelta(minutes=5)
    assert not await go_on(world.house, admin.tenant, UUID(id), later)
    told = (await admin.get(f"/erasures/{id}")).json()
    assert told["state"] == "erasing" and told["evidence_id"] is None
    place.failing = False
    assert await go_on(world.house, admin.tenant, UUID(id), later)
    done = (await admin.get(f"/erasures/{id}")).json()
    [notes] = [one for one in done["places"] if one["place"] == "test.notes"]
    assert (done["state"], notes["erased"], notes["remaining"]) == ("erased", 3, 0)
    summary = (await admin.get(f"/evidence/{done['evidence_id']}/summary")).json()
    assert summary["verified"], summary
    assert await go_on(world.house, admin.tenant, UUID(id), later), "again changes nothing"


async def test_a_request_is_taken_back_and_other_tenants_see_none(world: World) -> None:
    support = await world.person("support")
    made = await asked(support)
    stranger = await world.person("tenant_admin", tenant="other", mfa_ago=FRESH)
    assert (await stranger.get(f"/erasures/{made['id']}")).status_code == 404
    assert (await carried_out(stranger, made["id"])).status_code == 404
    assert (await stranger.post(f"/erasures/{made['id']}/withdraw")).status_code == 404
    assert (await stranger.get("/erasures")).json()["items"] == []
    theirs = await asked(stranger)
    assert theirs["subject"] != made["subject"], "the same id of another tenant is another person"
    back = await support.post(f"/erasures/{made['id']}/withdraw")
    assert (back.status_code, back.json()["state"]) == (200, "withdrawn")
    assert (await support.post(f"/erasures/{made['id']}/withdraw")).status_code == 409
    assert (await (await world.person("finance_ops")).get("/erasures")).status_code == 403
    assert (await asked(support))["subject"] == made["subject"]
    named = await support.post("/erasures", {"user_id": "u-2", "reference": "for ada@example.com"})
    assert named.status_code == 422 and named.json()["reasons"][0]["where"] == "/reference"
