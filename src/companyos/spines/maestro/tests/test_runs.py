"""Runs from the dry run to the evidence pack, over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from companyos.spines.maestro.testing import carry_out
from companyos.testing.world import Client, World

WAITS = """
plan: two-waits
title: Wait twice
parameters:
  first: {type: string, default: 20ms}
steps:
  - name: one
    do: maestro.wait
    with: {for: "${parameters.first}"}
  - name: which
    do: branch
    if: parameters.first == '20ms'
    then:
      - {name: short, do: maestro.wait, with: {for: 10ms}}
    else:
      - {name: long, do: maestro.wait, with: {for: 1d}}
"""


async def put(who: Client, source: str = WAITS) -> str:
    name = source.split("plan:")[1].split()[0]
    answer = await who.put(f"/plans/{name}", {"source": source})
    assert answer.status_code == 200, answer.text
    return name


async def started(who: Client, name: str, **parameters: Any) -> dict[str, Any]:
    shown = await who.post(f"/plans/{name}/dry-run", {"parameters": parameters})
    assert shown.status_code == 200, shown.text
    body = {"parameters": parameters, "plan_hash": shown.json()["hash"], "reason": "It is a test"}
    answer = await who.post(f"/plans/{name}/runs", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def done(world: World, who: Client, run: str, environment: str = "prod") -> dict[str, Any]:
    await carry_out(world.house, who.tenant, environment, UUID(run))
    found: dict[str, Any] = (await who.get(f"/runs/{run}")).json()
    return found


async def test_a_plan_is_shown_run_and_proved(world: World) -> None:
    sre = await world.person("sre", mfa_ago=timedelta(0))
    name = await put(sre)
    run = await started(sre, name)
    assert run["state"] == "queued"
    over = await done(world, sre, run["id"])
    assert over["state"] == "succeeded", over
    assert {s["name"]: s["state"] for s in over["steps"]} == {
        "one": "done",
        "which": "done",
        "short": "done",
        "long": "skipped",
    }
    pack = await sre.get(f"/evidence/{over['evidence'][0]}")
    assert pack.status_code == 200, pack.text
