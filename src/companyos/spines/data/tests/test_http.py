"""Schemas over HTTP: register, check, evolve or be refused with the path, and who may."""

from typing import Any

import pytest
import sqlalchemy as sa

from companyos.spines.data.tables.schemas import schema
from companyos.spines.data.wire.schemas import DOCUMENT
from companyos.testing.world import World

NAME = "shop.order_placed"


def document(**properties: Any) -> dict[str, Any]:
    """The example with other properties, or without those that are None."""
    kept = {n: said for n, said in {**DOCUMENT["properties"], **properties}.items() if said is not None}
    return {**DOCUMENT, "properties": kept}


async def test_a_schema_grows_by_additions_and_every_version_stays(world: World) -> None:
    sre = await world.person("sre")
    made = await sre.post("/schemas", {"name": NAME, "document": DOCUMENT, "note": "for the checkout"})
    assert made.status_code == 201, made.text
    assert (made.json()["version"], made.json()["personal"]) == ("1-0-0", True)
    assert made.json()["classification"] == "confidential"
    wider = document(currency={"type": "string", "maxLength": 3})
    shown = (await sre.post("/schemas/check", {"name": NAME, "document": wider})).json()
    assert (shown["outcome"], shown["was"], shown["becomes"]) == ("addition", "1-0-0", "1-0-1")
    assert [one["pointer"] for one in shown["changes"]] == ["/properties/currency"]
    evolved = await sre.post(f"/schemas/{NAME}/versions", {"document": wider})
    assert (evolved.status_code, evolved.json()["version"]) == (201, "1-0-1")
    again = await sre.post(f"/schemas/{NAME}/versions", {"document": wider})
    assert again.json() == evolved.json(), "the same document again changes nothing"
    versions = (await sre.get(f"/schemas/{NAME}/versions")).json()["items"]
    assert [one["version"] for one in versions] == ["1-0-1", "1-0-0"]
    first = (await sre.get(f"/schemas/{NAME}?version=1-0-0")).json()
    assert (first["shown"], first["document"], first["note"]) == ("1-0-0", DOCUMENT, "for the checkout")
    assert (await sre.get(f"/schemas/{NAME}")).json()["document"] == wider


@pytest.mark.parametrize(
    ("change", "pointer", "kind", "becomes"),
    [
        ({"order": {"type": "integer"}}, "/document/properties/order/type", "model", "2-0-0"),
        (
            {"order": {"type": "string", "maxLength": 5}},
            "/document/properties/order/maxLength",
            "revision",
            "1-1-0",
        ),
        ({"email": None}, "/document/properties/email", "revision", "1-1-0"),
        ({"email": {"type": "string"}}, "/document/properties/email/x-companyos", "revision", "1-1-0"),
    ],
)
async def test_what_breaks_is_refused_with_its_path_unless_it_is_meant(
    world: World, change: dict[str, Any], pointer: str, kind: str, becomes: str
) -> None:
    sre = await world.person("sre")
    assert (await sre.post("/schemas", {"name": NAME, "document": DOCUMENT})).status_code == 201
    broken = document(**change)
    refused = await sre.post(f"/schemas/{NAME}/versions", {"document": broken})
    assert refused.status_code == 409
    told = {one["where"]: one for one in refused.json()["reasons"]}
    assert told[pointer]["code"] == f"schema_{kind}"
    assert becomes in told[pointer]["remedy"]["sentence"]
    assert (await sre.get(f"/schemas/{NAME}")).json()["version"] == "1-0-0"
    meant = await sre.post(f"/schemas/{NAME}/versions", {"document": broken, "allow": kind})
    assert meant.json()["version"] == becomes


async def test_a_document_that_is_no_schema_is_told_every_fault(world: World) -> None:
    sre = await world.person("sre")
    mail = {"type": "string", "format": "email"}
    wrong = {
        "type": "object",
        "properties": {"a": {"type": "strin"}, "b": {"$ref": "#"}, "m": mail},
        "requird": [],
    }
    refused = await sre.post("/schemas", {"name": NAME, "document": wrong})
    assert refused.status_code == 422
    reasons = {one["where"]: one["remedy"]["sentence"] for one in refused.json()["reasons"]}
    assert reasons["/document/requird"] == "Write `required`."
    assert "/document/properties/a/type" in reasons
    assert "direct" in reasons["/document/properties/m/x-companyos"]
    assert reasons["/document/properties/b/$ref"] == "Write the schema out where it is used."


@pytest.mark.parametrize(
    ("name", "given", "status"),
    [
        ("companyos.mine", DOCUMENT, 422),
        ("no name", DOCUMENT, 422),
        ("a.b", {**DOCUMENT, "x-companyos": {"name": "c.d"}}, 422),
        ("a.b", {**DOCUMENT, "examples": ["x" * 70_000]}, 413),
        ("a.b", {**DOCUMENT, "examples": ["\x00"]}, 422),
        ("a.b", {**DOCUMENT, "examples": [2**60]}, 422),
        ("a.b", {"type": "array"}, 422),
    ],
)
async def test_what_cannot_be_kept_is_refused(world: World, name: str, given: Any, status: int) -> None:
    sre = await world.person("sre")
    refused = await sre.post("/schemas", {"name": name, "document": given})
    assert refused.status_code == status, refused.text
    assert (await sre.get(f"/schemas/{name}")).status_code == 404


async def test_a_document_that_says_its_version_is_held_to_it(world: World) -> None:
    sre = await world.person("sre")
    assert (await sre.post("/schemas", {"name": NAME, "document": DOCUMENT})).status_code == 201
    wider = document(currency={"type": "string"})
    wider["x-companyos"] = {**DOCUMENT["x-companyos"], "version": "1-1-0"}
    refused = await sre.post(f"/schemas/{NAME}/versions", {"document": wider})
    assert (refused.status_code, refused.json()["reasons"][0]["where"]) == (
        422,
        "/document/x-companyos/version",
    )
    wider["x-companyos"]["version"] = "1-0-1"
    assert (await sre.post(f"/schemas/{NAME}/versions", {"document": wider})).status_code == 201


async def test_readers_look_and_do_not_change_and_tenants_do_not_meet(world: World) -> None:
    sre = await world.person("sre")
    assert (await sre.post("/schemas", {"name": NAME, "document": DOCUMENT})).status_code == 201
    reader = await world.person("finance_ops")
    assert [one["name"] for one in (await reader.get("/schemas")).json()["items"] if not one["builtin"]] == [
        NAME
    ]
    assert (await reader.post("/schemas", {"name": "a.b", "document": DOCUMENT})).status_code == 403
    assert (
        await reader.post(f"/schemas/{NAME}/versions", {"document": document(a={"type": "null"})})
    ).status_code == 403
    other = await world.person("sre", tenant="shop")
    assert (await other.get(f"/schemas/{NAME}")).status_code == 404
    assert (await other.post(f"/schemas/{NAME}/versions", {"document": DOCUMENT})).status_code == 404
    assert (await other.post("/schemas", {"name": NAME, "document": DOCUMENT})).status_code == 201, (
        "names are theirs"
    )


async def test_lists_page_and_changes_are_in_the_ledger(world: World) -> None:
    sre = await world.person("sre")
    for name in ("b.b", "B.b", "a_b", "a.b"):
        assert (await sre.post("/schemas", {"name": name, "document": DOCUMENT})).status_code == 201
    found: list[str] = []
    path: str | None = "/schemas?limit=2"
    while path:
        page = (await sre.get(path)).json()
        found += [one["name"] for one in page["items"] if not one["builtin"]]
        path = f"/schemas?limit=2&cursor={page['next']}" if page["next"] else None
    assert found == sorted(["b.b", "B.b", "a_b", "a.b"])
    async with world.house.begin(tenant=sre.tenant) as work:
        kept = await work.db.scalar(
            sa.select(sa.func.count()).select_from(schema).where(schema.c.tenant_id == sre.tenant)
        )
    assert kept == 4
