"""Uses every verb that changes something, once and rightly, in a filled tenant."""

from typing import Any

from companyos.domains.operations.public.ports import Answer
from companyos.domains.operations.testing import RecordingDeployer, deploying
from companyos.testing.world import Client, World

from .filling import Filled, made


async def change_everything(world: World, filled: Filled) -> None:
    """Walk through what `fill` has left out: changes, ends, and the other risky verbs."""
    who, word = filled.who, filled.word
    await _services(who, word)
    await _orders(world, who, word)
    await _incidents(who, word)
    await _administration(world, who, word)


async def first(who: Client, path: str) -> Any:
    """The first thing in a list."""
    return (await made(who, "GET", path, None))["items"][0]


async def gone(who: Client, path: str) -> None:
    """Delete something that is there."""
    answer = await who.delete(path)
    assert answer.status_code == 204, f"DELETE {path}: {answer.text}"


async def _services(who: Client, word: str) -> None:
    await made(who, "PUT", f"/services/{word}-lib", {"title": f"{word} lib", "owner": f"{word}-owners"})
    await made(who, "PATCH", f"/services/{word}-lib", {"description": f"{word} changed"})
    await gone(who, f"/services/{word}-lib")


async def _orders(world: World, who: Client, word: str) -> None:
    with deploying(world.house, RecordingDeployer(Answer("succeeded", word))):
        for verb, status in (("pause", "running"), ("redeploy", "succeeded")):
            said = {"service": f"{word}-web", "version": f"3.{verb}.{word}", "status": status}
            live = await made(who, "POST", "/deployments", said)
            plan = await made(who, "GET", f"/deployments/{live['id']}/preflight?verb={verb}", None)
            order = {"reason": f"{word} words", "plan_hash": plan["plan_hash"]}
            await made(who, "POST", f"/deployments/{live['id']}/{verb}", order)
            await world.deliver()


async def _incidents(who: Client, word: str) -> None:
    at = f"/incidents/{(await first(who, '/incidents'))['id']}"
    await made(who, "PATCH", at, {"severity": "sev1", "title": f"{word} incident, worse"})
    for verb in ("mitigate", "resolve"):
        await made(who, "POST", f"{at}/{verb}", {"text": f"{word} {verb}"})


async def _administration(world: World, who: Client, word: str) -> None:
    people = (await made(who, "GET", "/people", None))["items"]
    invited = next(one for one in people if one["name"] == f"{word} invited")
    await made(who, "PATCH", f"/people/{invited['id']}", {"roles": ["finance_ops"]})
    account = await first(who, "/service-accounts")
    await made(who, "PATCH", f"/service-accounts/{account['id']}", {"environments": ["prod", "stage"]})
    await gone(who, f"/service-accounts/{account['id']}/keys/{account['keys'][0]['id']}")
    await gone(who, f"/hooks/{(await first(who, '/hooks'))['id']}")
    leaving = (await first(who, "/sessions"))["id"]
    await gone(who, f"/sessions/{leaving}")  # the last act: it ends the sign-in that it was done with
