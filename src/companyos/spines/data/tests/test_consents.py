"""Everybody chooses for themselves; the choice is kept, recorded and told."""

from companyos.spines.data.service.consenting import given_scopes
from companyos.spines.data.store.consents import Consents
from companyos.testing.world import World

MINE = "/consents/product_analytics"


async def test_a_person_agrees_and_takes_it_back(world: World) -> None:
    uma, sami = await world.person("support"), await world.person("sre")
    asked = (await uma.get("/consents")).json()["items"]
    assert {"scope": "product_analytics", "given": None, "since": None} in asked

    given = await uma.put(MINE, {"given": True})
    assert given.status_code == 200 and given.json()["given"] is True
    assert (await uma.put(MINE, {"given": True})).json() == given.json()  # since then, and not since now
    async with world.house.begin(tenant=uma.tenant) as work:
        assert await given_scopes(work, uma.id) == ("product_analytics",)
        assert await given_scopes(work, sami.id) == ()

    await uma.put(MINE, {"given": False})
    async with world.house.begin(tenant=uma.tenant) as work:
        assert await given_scopes(work, uma.id) == ()
        assert [one.person for one in await Consents(work).withdrawn("product_analytics")] == [uma.id]
    async with world.house.begin(tenant=await world.tenant("elsewhere")) as work:
        assert await Consents(work).withdrawn("product_analytics") == []

    records = (await sami.get("/audit?action=data.consent.given")).json()["items"]
    assert len(records) == 1, records
    await sami.put(MINE, {"given": False})  # nothing was ever collected of them
    async with world.house.begin(tenant=uma.tenant) as work:
        assert len(await Consents(work).withdrawn("product_analytics")) == 1
    assert len((await sami.get("/audit?action=data.consent.withdrawn")).json()["items"]) == 2


async def test_what_nobody_asks_for_cannot_be_agreed_to(world: World) -> None:
    uma = await world.person("support")
    assert (await uma.put("/consents/everything", {"given": True})).status_code == 404
    assert (await uma.put(MINE, {"given": "yes"})).status_code == 422
