"""What a run leaves behind: one pack, with ids and without names, and with the elevation that it began under."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from companyos.spines.evidence import archive, sequencer
from companyos.spines.evidence.verify import verify
from companyos.testing.world import Client

from .acting import go_on, put, shown, start, started
from .conftest import Stage
from .test_approvals import APPROVED, approve, ask

NOW = timedelta(0)
PEOPLE = ("Jo Doe", "Robin Vega", "Kim Lee")
OF_PEOPLE = """
plan: of-people
title: Lock somebody out, when somebody else agrees
parameters:
  person: {type: string}
steps:
  - {name: lock, do: identity.lock_account, with: {person: "${parameters.person}"}}
  - {name: ask, do: maestro.approval, with: {question: "Shall the rest be done?"}}
  - {name: note, do: probe.note, with: {text: a}}
"""


async def test_no_name_of_a_person_is_in_a_pack(stage: Stage, outside: Path) -> None:
    world = stage.world
    jo = await world.person("tenant_admin", "sre", mfa_ago=NOW, name="Jo Doe")
    robin = await world.person("tenant_admin", "sre", mfa_ago=NOW, name="Robin Vega")
    kim = await world.person("support", name="Kim Lee")
    people = (await jo.get("/people")).json()["items"]
    email = next(one["email"] for one in people if one["id"] == str(kim.id))
    run = (await started(jo, await put(jo, OF_PEOPLE), person=email))["id"]
    waiting = await go_on(world, jo, run, to_rest=True)
    assert waiting["state"] == "waiting", waiting
    await approve(robin, waiting["steps"][1]["outcome"]["output"]["elevation"])
    for verb in ("pause", "resume"):
        assert (await robin.post(f"/runs/{run}/{verb}", None)).status_code == 200
    over = await go_on(world, jo, run)
    assert over["state"] == "succeeded", over
    assert over["steps"][1]["outcome"]["output"]["by"] == f"person:{robin.id}", "screens look the name up"

    asked = {"action": "maestro:run.undo", "type": "maestro.run", "id": run}
    hash_ = (await robin.post("/preflights", asked)).json()["preview"]["hash"]
    told = {"plan_hash": hash_, "reason": "It was too much"}
    assert (await robin.post(f"/runs/{run}/undo", told)).status_code == 200
    undone = await go_on(world, jo, run)
    assert undone["state"] == "undone" and len(undone["evidence"]) == 2
    for pack in undone["evidence"]:
        for file, content in (await files_of(jo, pack)).items():
            found = [name for name in PEOPLE if name.encode() in content]
            assert not found, f"{file} names {found}"


async def test_an_elevated_start_leaves_one_pack_that_tells_the_elevation(
    stage: Stage, outside: Path
) -> None:
    world = stage.world
    sre, boss = await world.person("sre", mfa_ago=NOW), await world.person("tenant_admin", mfa_ago=NOW)
    auditor = await world.person("security_analyst")
    name = await put(sre, APPROVED)
    hash_ = (await shown(sre, name))["hash"]
    elevation = await ask(sre, name, hash_)
    await approve(boss, elevation)
    begun = await start(sre, name, hash_)
    assert begun.status_code == 201, begun.text
    over = await go_on(world, sre, begun.json()["id"])
    await sequencer.run(stage.house)
    packs: list[dict[str, Any]] = (await auditor.get("/evidence")).json()["items"]
    mine = [pack for pack in packs if pack["action"].startswith("maestro.")]
    assert [(pack["id"], pack["action"]) for pack in mine] == [(over["evidence"][0], "maestro.run.finished")]
    told = json.loads((await files_of(auditor, over["evidence"][0]))["elevation.json"])
    assert (told["id"], told["kind"], told["plan"]) == (elevation, "act", hash_)
    assert (told["requester"], told["approvers"]) == (f"person:{sre.id}", [f"person:{boss.id}"])


async def files_of(who: Client, pack: str) -> dict[str, bytes]:
    """The files of a pack that verifies."""
    answer = await who.get(f"/evidence/{pack}")
    assert answer.status_code == 200, answer.text
    assert verify(answer.content).findings == []
    files = archive.read(answer.content)
    assert files.keys() >= {"run.json", "steps.json", "log.txt", "plan.json"}
    return files
