"""What tests of plans and runs do again and again."""

from typing import Any
from uuid import UUID

import httpx

from companyos.spines.maestro.testing import carry_out
from companyos.testing.world import Client, World


async def put(who: Client, source: str) -> str:
    """Keep a plan; its name."""
    name = source.split("plan:")[1].split()[0]
    answer = await who.put(f"/plans/{name}", {"source": source})
    assert answer.status_code == 200, answer.text
    return name


async def shown(who: Client, name: str, **parameters: Any) -> dict[str, Any]:
    """The dry run."""
    answer = await who.post(f"/plans/{name}/dry-run", {"parameters": parameters})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def start(who: Client, name: str, hash: str, headers: Any = None, **parameters: Any) -> httpx.Response:
    """Ask for a run."""
    body = {"parameters": parameters, "plan_hash": hash, "reason": "It is a test"}
    return await who.post(f"/plans/{name}/runs", body, headers=headers)


async def started(who: Client, name: str, **parameters: Any) -> dict[str, Any]:
    """A run of what the dry run shows now."""
    answer = await start(who, name, (await shown(who, name, **parameters))["hash"], **parameters)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def go_on(world: World, who: Client, run: str, *, to_rest: bool = False) -> dict[str, Any]:
    """Carry a run out until nothing is left to do, or until it waits, and look at it."""
    await carry_out(world.house, who.tenant, "prod", UUID(run), to_rest=to_rest)
    return await look(who, run)


async def look(who: Client, run: str) -> dict[str, Any]:
    found: dict[str, Any] = (await who.get(f"/runs/{run}")).json()
    return found


def states(run: dict[str, Any]) -> dict[str, str]:
    return {step["name"]: step["state"] for step in run["steps"]}


def effects(run: dict[str, Any]) -> list[str]:
    """What happened in the database, in order: `+first`, `-first`."""
    told = [e["text"].split() for e in run["log"] if e["text"].startswith(("EFFECT ", "UNDONE "))]
    return [("+" if kind == "EFFECT" else "-") + key.partition(":")[2] for kind, key in told]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["reasons"][0]["code"] if answer.status_code >= 400 else ""
