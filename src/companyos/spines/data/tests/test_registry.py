"""The registry: built-in schemas by place, those of tenants, and how soon another process knows."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest

from companyos.kernel.domain import Domain
from companyos.spines.data.builtin import builtin
from companyos.spines.data.registry import Registry, fitting, registry_of
from companyos.spines.data.rules.schema import Version
from companyos.spines.data.wire.schemas import DOCUMENT
from companyos.testing.world import World

WITHIN_SECONDS = 2.0


def a_part(folder: Path, **files: Any) -> Domain:
    """A part with these files in its `schemas/`."""
    (folder / "schemas").mkdir(parents=True)
    for name, document in files.items():
        (folder / "schemas" / f"{name}.json").write_text(json.dumps(document))
    return Domain(name="probe", title="Probe", folder=folder)


def named(name: str, version: str, **more: Any) -> dict[str, Any]:
    return {**DOCUMENT, "x-companyos": {"name": name, "version": version}, **more}


def test_built_in_schemas_are_found_by_their_place(tmp_path: Path) -> None:
    first, second = named("companyos.seen", "1-0-3"), named("companyos.seen", "2-0-0", required=[])
    part = a_part(tmp_path, **{"companyos.seen@1-0-3": first, "companyos.seen": second})
    assert {str(one) for one in builtin([part])["companyos.seen"]} == {"1-0-3", "2-0-0"}


@pytest.mark.parametrize(
    ("file", "document", "said"),
    [
        ("companyos.a", named("companyos.b", "1-0-0"), "otherwise"),
        ("shop.a", named("shop.a", "1-0-0"), "begins with"),
        ("companyos.a", {"type": "object", "propertys": {}}, "/propertys"),
        ("companyos.a", {"type": "object"}, "a name"),
    ],
)
def test_a_built_in_schema_that_cannot_be_used_is_named(
    tmp_path: Path, file: str, document: Any, said: str
) -> None:
    with pytest.raises(ValueError, match=rf"{file}.json: .*{said}"):
        builtin([a_part(tmp_path, **{file: document})])


def test_an_older_addition_is_judged_by_the_newest_and_other_models_are_not() -> None:
    known = tuple(map(Version.parse, ("1-0-0", "1-0-4", "1-2-0", "2-0-0")))
    found = {
        asked: fitting(known, asked) for asked in ("1-0-2", "1-0-4", "1-0-5", "1-1-0", "3-0-0", "x", None)
    }
    assert {asked: one and str(one) for asked, one in found.items()} == {
        "1-0-2": "1-0-4",
        "1-0-4": "1-0-4",
        "1-0-5": None,
        "1-1-0": None,
        "3-0-0": None,
        "x": None,
        None: "2-0-0",
    }


async def test_another_process_knows_a_new_schema_within_two_seconds(world: World) -> None:
    sre = await world.person("sre")
    other = Registry(world.house)  # what another process would hold: it shares the database and nothing else
    assert await other.find(sre.tenant, "shop.order_placed") is None
    assert (
        await sre.post("/schemas", {"name": "shop.order_placed", "document": DOCUMENT})
    ).status_code == 201
    assert await _within(other, sre.tenant, "shop.order_placed", "1-0-0") < WITHIN_SECONDS
    wider = {**DOCUMENT, "properties": {**DOCUMENT["properties"], "more": {"type": "boolean"}}}
    evolved = await sre.post("/schemas/shop.order_placed/versions", {"document": wider})
    assert evolved.status_code == 201
    assert await _within(other, sre.tenant, "shop.order_placed", "1-0-1") < WITHIN_SECONDS
    judged = await other.find(sre.tenant, "shop.order_placed")
    assert judged is not None
    assert judged.faults(b'{"order": "7", "more": true}') == ()
    assert [one.code for one in judged.faults(b'{"order": 7, "mor": true}')] == [
        "wrong_type",
        "unknown_field",
    ]


async def test_a_tenant_is_not_judged_by_what_another_registered(world: World) -> None:
    one, other = await world.person("sre"), await world.person("sre", tenant="shop")
    assert (await one.post("/schemas", {"name": "a.b", "document": DOCUMENT})).status_code == 201
    registry = registry_of(world.house)
    assert await _within(registry, one.tenant, "a.b", "1-0-0") < WITHIN_SECONDS
    assert await registry.find(other.tenant, "a.b") is None


async def _within(registry: Registry, tenant: Any, name: str, version: str) -> float:
    """How long it took until the registry judged by that version, in seconds."""
    started = time.monotonic()
    while time.monotonic() - started < WITHIN_SECONDS + 1:
        found = await registry.find(tenant, name)
        if found is not None and str(found.schema.version) == version:
            return time.monotonic() - started
        await asyncio.sleep(0.05)
    return float("inf")
