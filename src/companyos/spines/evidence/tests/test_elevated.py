"""Every act that stood on an elevation leaves one pack, which tells who asked for it and who approved."""

import json
from typing import Any

from companyos.spines.evidence import archive, sequencer
from companyos.spines.evidence.verify import verify
from companyos.spines.identity.tests.test_elevations import (
    FRESH,
    approve,
    ask_act,
    ask_role,
    roll_back,
    two_versions,
)
from companyos.testing.world import Client, World


async def packs(world: World, by: Client) -> list[dict[str, Any]]:
    await sequencer.run(world.house)
    found: list[dict[str, Any]] = (await by.get("/evidence")).json()["items"]
    return found


async def files_of(by: Client, pack: dict[str, Any]) -> dict[str, bytes]:
    content = (await by.get(f"/evidence/{pack['id']}")).content
    assert verify(content).findings == []
    return archive.read(content)


async def test_the_pack_of_an_act_tells_its_elevation(world: World) -> None:
    live = await two_versions(await world.person("sre"))
    support = await world.person("support", mfa_ago=FRESH, name="Jo Doe")
    admin = await world.person("tenant_admin", mfa_ago=FRESH, name="Robin Vega")
    asked = await ask_act(support, live["id"])
    plan = asked["preview"]["hash"]
    assert (await approve(admin, asked["id"])).status_code == 200
    assert (await roll_back(support, live, plan)).status_code == 201
    auditor = await world.person("security_analyst")
    mine = [pack for pack in await packs(world, auditor) if pack["actor"] == f"person:{support.id}"]
    assert [pack["action"] for pack in mine] == ["operations.deployment.rolled_back"], "one act, one pack"
    told = json.loads((await files_of(auditor, mine[0]))["elevation.json"])
    assert (told["id"], told["kind"], told["plan"]) == (asked["id"], "act", plan)
    assert (told["requester"], told["reason"]) == (f"person:{support.id}", "Checkout fails")
    assert told["approvers"] == [f"person:{admin.id}"] and told["approved_at"] < told["ends_at"]
    assert b"Jo Doe" not in (await auditor.get(f"/evidence/{mine[0]['id']}")).content, "a pack holds ids only"
    page = (await auditor.get(f"/evidence/{mine[0]['id']}/view")).text
    names = {f"person:{support.id}": "Jo Doe", f"person:{admin.id}": "Robin Vega"}
    assert json.loads(page.split('id="names">')[1].split("</script>")[0]) == names


async def test_an_act_under_an_elevated_role_gets_a_pack_though_its_verb_asks_for_none(world: World) -> None:
    support = await world.person("support", mfa_ago=FRESH)
    admin = await world.person("tenant_admin", mfa_ago=FRESH)
    auditor = await world.person("security_analyst")
    asked = await ask_role(support)
    assert (await approve(admin, asked["id"])).status_code == 200
    before = len(await packs(world, auditor))
    opened = await support.post("/incidents", {"title": "Slow", "severity": "sev3"})
    assert opened.status_code == 201
    pack, *_ = found = await packs(world, auditor)
    assert len(found) == before + 1
    assert (pack["action"], pack["actor"]) == ("operations.incident.opened", f"person:{support.id}")
    told = json.loads((await files_of(auditor, pack))["elevation.json"])
    assert (told["kind"], told["role"], told["id"]) == ("role", "sre", asked["id"])
    assert (await support.get("/services")).status_code == 200, "what they may anyway leaves none"
    assert len(await packs(world, auditor)) == before + 1


async def test_what_somebody_may_do_anyway_leaves_no_pack(world: World) -> None:
    sre = await world.person("sre", mfa_ago=FRESH)
    auditor = await world.person("security_analyst")
    admin = await world.person("tenant_admin", mfa_ago=FRESH)
    asked = await ask_role(sre, role="finance_ops")
    assert (await approve(admin, asked["id"])).status_code == 200
    before = len(await packs(world, auditor))
    assert (await sre.post("/incidents", {"title": "Slow", "severity": "sev3"})).status_code == 201
    assert len(await packs(world, auditor)) == before
