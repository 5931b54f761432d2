"""Uses every verb that changes something, once and rightly, in a filled tenant."""

from copy import copy
from typing import Any

from companyos.domains.operations.public.ports import Answer
from companyos.domains.operations.testing import RecordingDeployer, deploying
from companyos.testing.world import Client, World

from .asking import gone, made, seen_before
from .filling import ALL_ROLES, FRESH, Filled, described, repairing
from .planning import move_plans_and_runs


async def change_everything(world: World, filled: Filled) -> None:
    """Walk through what `fill` has left out: changes, ends, and the other risky verbs."""
    who, word = filled.who, filled.word
    await move_plans_and_runs(world, who, word)
    await _services(who, word)
    await _orders(world, who, word)
    await _incidents(who, word)
    await _elevations(world, who, word)
    await _policies(world, who, word)
    await _schemas(who, word)
    await _erasures(world, who, word)
    await _repairs(world, who, word)
    await _questions(who, word)
    await _consents(who, word)
    await _administration(world, who, word)


async def first(who: Client, path: str) -> Any:
    """The first thing in a list."""
    return (await made(who, "GET", path, None))["items"][0]


async def _services(who: Client, word: str) -> None:
    await made(who, "PUT", f"/services/{word}-lib", {"title": f"{word} lib", "owner": f"{word}-owners"})
    await made(who, "PATCH", f"/services/{word}-lib", {"description": f"{word} changed"})
    await made(who, "PUT", f"/services/{word}-lib/log-level", {"level": "debug", "reason": f"{word} words"})
    for verb in ("isolate", "release"):
        what = {"type": "operations.service", "id": f"{word}-lib"}
        shown = await seen_before(who, f"operations:service.{verb}", {}, **what)
        await made(who, "POST", f"/services/{word}-lib/{verb}", {"reason": f"{word} words", **shown})
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


async def _elevations(world: World, who: Client, word: str) -> None:
    text = f"{word} words"
    home = who.slug.rpartition("-")[0]
    other = _beside(who, await world.person(*ALL_ROLES, tenant=home, mfa_ago=FRESH, name=f"{word} other"))
    asked = f"/elevations/{(await first(who, '/elevations?state=requested'))['id']}"
    what = {"type": "identity.elevation", "id": asked.rpartition("/")[2]}
    yes = await seen_before(other, "identity:elevation.approve", {}, **what)
    await made(other, "POST", f"{asked}/approve", yes)
    await made(who, "POST", f"{asked}/extend", None)
    await made(other, "POST", f"{asked}/revoke", {"note": text})
    for by, verb, body in ((other, "deny", {"note": text}), (who, "withdraw", None)):
        wish = {"kind": "role", "role": "support", "minutes": 5, "reason": text}
        again = await made(who, "POST", "/elevations", wish)
        await made(by, "POST", f"/elevations/{again['id']}/{verb}", body)
    role = {"role": "finance_ops", "minutes": 5}
    glass = await seen_before(who, "identity:elevation.break_glass", role)
    broken = await made(who, "POST", "/elevations/break-glass", {**role, **glass, "reason": text})
    verdict = {"verdict": "justified", "note": text}
    await made(other, "POST", f"/elevations/{broken['id']}/review", verdict)
    span = {"email": f"auditor@{word}.example", "minutes": 5}
    shown = await seen_before(who, "identity:elevation.grant", span)
    await made(who, "POST", "/elevations/spans", {**span, **shown, "reason": text})


async def _policies(world: World, who: Client, word: str) -> None:
    home = who.slug.rpartition("-")[0]
    other = _beside(who, await world.person(*ALL_ROLES, tenant=home, mfa_ago=FRESH, name=f"{word} third"))
    text = (
        f'@id("tenant.{word}")\n@reason("{word} words.")\nforbid (principal is CompanyOS::ServiceAccount, '
        'action == CompanyOS::Action::"operations:hook.revoke", resource);\n'
    )
    said = {"text": text, "why": f"{word} words"}
    await made(who, "POST", "/policies/simulations", {"text": text})
    taken_back = await made(who, "POST", "/policies/proposals", said)
    await made(who, "POST", f"/policies/proposals/{taken_back['id']}/withdraw", None)
    proposal = await made(who, "POST", "/policies/proposals", said)
    act = {"action": "policy:set.apply", "type": "policy.proposal", "id": proposal["id"]}
    wish = {"kind": "act", **act, "minutes": 5, "reason": f"{word} words"}
    asked = await made(who, "POST", "/elevations", wish)
    what = {"type": "identity.elevation", "id": asked["id"]}
    yes = await seen_before(other, "identity:elevation.approve", {}, **what)
    await made(other, "POST", f"/elevations/{asked['id']}/approve", yes)
    order = {"reason": f"{word} words", "plan_hash": proposal["hash"]}
    await made(who, "POST", f"/policies/proposals/{proposal['id']}/apply", order)


def _beside(who: Client, other: Client) -> Client:
    """Somebody else, looked at in the same way."""
    beside = copy(who)
    beside.token, beside.id = other.token, other.id
    return beside


async def _erasures(world: World, who: Client, word: str) -> None:
    """One is carried out by somebody else than who asked, one is taken back."""
    home = who.slug.rpartition("-")[0]
    other = _beside(who, await world.person(*ALL_ROLES, tenant=home, mfa_ago=FRESH, name=f"{word} fourth"))
    asked = await made(who, "POST", "/erasures", {"user_id": f"{word} again"})
    await made(who, "POST", f"/erasures/{asked['id']}/withdraw", None)
    rows = (await made(who, "GET", "/erasures", None))["items"]
    meant = next(row["id"] for row in rows if row["state"] == "requested")
    one, what = f"/erasures/{meant}", {"type": "data.erasure", "id": meant}
    shown = await seen_before(other, "data:erasure.carry_out", {}, **what)
    await made(other, "POST", f"{one}/carry-out", {**shown, "reason": f"{word} words"})


async def _schemas(who: Client, word: str) -> None:
    wider = {"document": described(word, word, f"{word}-more")}
    await made(who, "POST", "/schemas/check", {**wider, "name": f"shop.{word}"})
    await made(who, "POST", f"/schemas/shop.{word}/versions", {**wider, "note": f"{word} words"})


async def _consents(who: Client, word: str) -> None:
    for given in (True, False):
        await made(who, "PUT", "/consents/product_analytics", {"given": given})
    seen = {"id": word, "event": "companyos.page_viewed", "props": {"path": "/"}}
    await made(who, "POST", "/analytics/events", {"events": [seen]})


async def _repairs(world: World, who: Client, word: str) -> None:
    drop = {"do": "drop", "at": f"/props/{word}2"}
    await made(who, "POST", "/analytics/repairs/trials", repairing(word, drop))
    found = (await made(who, "GET", "/analytics/repairs", None))["items"]
    one, other = (f"/analytics/repairs/{repair['id']}" for repair in found[:2])
    what = {"type": "analytics.repair", "id": found[0]["id"]}
    shown = await seen_before(who, "analytics:repair.replay", {}, **what)
    await made(who, "POST", f"{one}/replay", {"reason": f"{word} words", **shown})
    await world.deliver()
    assert (await made(who, "GET", one, None))["replayed"] == 1
    await gone(who, other)
    await gone(who, f"/analytics/feedback/{word}-shop")


async def _questions(who: Client, word: str) -> None:
    asked = {"sql": f"SELECT '{word}', count(*) FROM analytics.events", "purpose": "product_improvement"}
    await made(who, "POST", "/analytics/quotes", asked)
    await made(who, "POST", "/analytics/questions", asked)
    await made(who, "PUT", "/analytics/budgets/person", {"bytes": 10**9})


async def _administration(world: World, who: Client, word: str) -> None:
    people = (await made(who, "GET", "/people", None))["items"]
    invited = next(one for one in people if one["name"] == f"{word} invited")
    await made(who, "PATCH", f"/people/{invited['id']}", {"roles": ["finance_ops"]})
    await made(who, "POST", f"/people/{invited['id']}/sign-out", None)
    account = await first(who, "/service-accounts")
    await made(who, "PATCH", f"/service-accounts/{account['id']}", {"environments": ["prod", "stage"]})
    rotated = await made(who, "POST", f"/service-accounts/{account['id']}/rotation", None)
    key = f"/service-accounts/{account['id']}/keys/{rotated['keys'][0]['id']}"
    await made(who, "POST", f"{key}/collection", None)
    await gone(who, key)
    await gone(who, f"/hooks/{(await first(who, '/hooks'))['id']}")
    await gone(who, f"/console/frozen-views/{(await first(who, '/console/frozen-views'))['id']}")
    leaving = (await first(who, "/sessions"))["id"]
    await gone(who, f"/sessions/{leaving}")  # the last act: it ends the sign-in that it was done with
