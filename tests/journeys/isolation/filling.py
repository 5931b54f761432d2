"""Fills a tenant through every door of the product with a word that must never be seen anywhere else."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from companyos.domains.analytics.service.analytics import analytics_of
from companyos.domains.analytics.tables import TOPIC
from companyos.domains.operations.public.ports import Answer
from companyos.domains.operations.rules import webhooks
from companyos.domains.operations.testing import RecordingDeployer, deploying
from companyos.kernel.house import House
from companyos.spines.telemetry.telemetry import Telemetry
from companyos.testing.world import Client, World

from .asking import made
from .planning import plan_and_run

ALL_ROLES = ("platform_engineer", "sre", "tenant_admin", "security_analyst")
FRESH = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Filled:
    """A tenant with something of everything in it; `word` stands in every text, `who` may do everything."""

    word: str
    who: Client


async def fill(world: World, tenant: str, acting: Callable[[Client], Client] = lambda who: who) -> Filled:
    """Fill the tenant of that name through the API. `acting` may wrap the client, to look at what it does."""
    word = f"{tenant}{secrets.token_hex(6)}"
    who = acting(await world.person(*ALL_ROLES, tenant=tenant, mfa_ago=FRESH, name=f"{word} person"))
    await world.person(*ALL_ROLES, tenant=tenant, name=f"{word} second")  # policies take two who administer
    await made(who, "PATCH", f"/tenants/{who.slug}", {"name": f"{word} Tenant"})
    await _operate(world, who, word)
    await _plan(who, word)
    await _describe(who, word)
    await _administer(who, word)
    await plan_and_run(world, who, word)
    await _measure(who, word)
    await refuse(world, who, word)
    frozen = {"path": "/services", "title": f"{word} services", "reads": ["/api/v1/services"]}
    await made(who, "POST", "/console/frozen-views", frozen)
    await settle(world)
    return Filled(word, who)


async def settle(world: World) -> None:
    """Let everything that runs in the background run here and now: reactions, the ledger's sequencer, packs."""
    await world.deliver()
    await run_jobs(world.house)
    await world.deliver()


async def run_jobs(house: House) -> None:
    """Run each background job once."""
    for part in house.parts:
        for job in part.jobs:
            await job.run(house)


async def _operate(world: World, who: Client, word: str) -> None:
    text = f"{word} words"
    service = {
        "name": f"{word}-api",
        "title": f"{word} API",
        "description": text,
        "owner": f"{word}-owners",
        "links": [{"title": f"{word} link", "url": f"https://{word}.example/"}],
        "annotations": {f"{word}.example/note": text},
    }
    await made(who, "POST", "/services", service)
    await made(who, "POST", "/services", {"name": f"{word}-web", "depends_on": [f"{word}-api"]})
    await made(who, "POST", "/services/import", {"text": _catalog(word), "file": f"{word}.yaml"})
    past = {"service": f"{word}-api", "version": f"0.1.{word}", "author": text, "at": "2026-11-01T10:00:00Z"}
    await made(who, "POST", "/deployments/import", {"items": [{**past, "commit": secrets.token_hex(20)}]})
    for version in ("1.0", "1.1"):
        said = {"service": f"{word}-api", "version": f"{version}.{word}", "author": text, "log_excerpt": text}
        said |= {"commit": secrets.token_hex(20), "external_id": f"{word}-{version}"}
        live = await made(who, "POST", "/deployments", said)
    with deploying(world.house, RecordingDeployer(Answer("succeeded", text))):
        plan = (await who.get(f"/deployments/{live['id']}/preflight?verb=roll_back")).json()
        order = {"reason": text, "plan_hash": plan["plan_hash"]}
        await made(who, "POST", f"/deployments/{live['id']}/roll_back", order)
        await world.deliver()
    incident = {"title": f"{word} incident", "services": [f"{word}-api"], "deployments": [live["id"]]}
    opened = await made(who, "POST", "/incidents", incident | {"owner": f"{word}-owners", "text": text})
    await made(who, "POST", f"/incidents/{opened['id']}/notes", {"text": text})
    await made(who, "POST", f"/incidents/{opened['id']}/acknowledge", {"text": text})
    hook = await made(who, "POST", "/hooks", {"name": f"{word} hook"})
    said = {"service": f"{word}-web", "version": f"2.0.{word}", "author": text}
    body, headers = signed_report(hook, said)
    await made(who, "POST", "/hooks/deployments", None, content=body, headers=headers)


async def _plan(who: Client, word: str) -> None:
    """A plan in two versions."""
    for minutes in (1, 2):
        step = f"{{name: rest, do: maestro.wait, with: {{for: {minutes}m}}}}"
        source = f"plan: {word}-rest\ntitle: {word} rest\nsteps:\n  - {step}\n"
        await made(who, "PUT", f"/plans/{word}-rest", {"source": source})


def described(word: str, *properties: str) -> dict[str, Any]:
    """A schema of events with these properties."""
    said = {name: {"type": "string", "description": f"{word} words"} for name in properties}
    return {"title": f"{word} event", "type": "object", "additionalProperties": False, "properties": said}


async def _describe(who: Client, word: str) -> None:
    body = {"name": f"shop.{word}", "document": described(word, word), "note": f"{word} words"}
    await made(who, "POST", "/schemas", body)


async def refuse(world: World, who: Client, word: str) -> None:
    """Events of which some are refused, a repair for these, and an address where their producer is told."""
    made_for = await made(
        who, "POST", "/service-accounts", {"name": f"{word}-shop", "environments": ["prod"]}
    )
    key = await made(who, "POST", f"/service-accounts/{made_for['id']}/keys", {"environment": "prod"})
    events = [{"id": f"{word}-{i}", "event": f"shop.{word}", "props": {f"{word}{i}": word}} for i in range(3)]
    events += [{"id": f"{word}-kept", "event": f"shop.{word}", "props": {word: word}}]
    visit = {"session_id": f"{word}-visit", "user_id": f"{word}-person", "feature": f"{word}-feature"}
    agreed = {"consent_scope": ["product_analytics"], "purpose": "product_improvement"}
    viewed = {"id": f"{word}-viewed", "event": "companyos.page_viewed", "props": {"path": f"/{word}"}}
    events += [{**viewed, **visit, **agreed}]
    said = {"Authorization": f"Bearer {key['key']}"}
    sent = await who.http.post("/v1/events", json={"events": events}, headers=said)
    assert sent.json()["refused"] == 3, sent.text
    analytics = analytics_of(world.house)
    assert await analytics.tail.caught_up((await analytics.stream.extent(TOPIC)).last)
    for i in range(2):
        rename = {"do": "rename", "at": f"/props/{word}{i}", "to": word}
        await made(
            who, "POST", "/analytics/repairs", {**repairing(word, rename), "title": f"{word} repair {i}"}
        )
    await made(who, "PUT", f"/analytics/feedback/{word}-shop", {"url": f"https://{word}.example/hook"})


def repairing(word: str, *operations: dict[str, Any]) -> dict[str, Any]:
    """What is done to the refused events of that schema."""
    return {"selection": {"event": f"shop.{word}"}, "operations": list(operations)}


def signed_report(hook: Mapping[str, Any], said: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    """A report as a CI system sends it through a hook: body and headers."""
    body, id_, at = msgspec.json.encode(said), secrets.token_hex(8), int(time.time())
    signature = webhooks.sign(webhooks.read_secret(hook["secret"]), id_, at, body)
    return body, {
        "companyos-hook": hook["address"],
        webhooks.ID: id_,
        webhooks.TIMESTAMP: str(at),
        webhooks.SIGNATURE: signature,
        "content-type": "application/json",
    }


async def _administer(who: Client, word: str) -> None:
    person = {"email": f"{word}@{word}.example", "name": f"{word} invited"}
    await made(who, "POST", "/people", person | {"roles": ["support"], "environments": ["prod"]})
    wish = {"kind": "role", "role": "finance_ops", "minutes": 30, "reason": f"{word} words"}
    await made(who, "POST", "/elevations", wish)
    person = {"user_id": f"{word} person", "reference": f"{word} words"}
    await made(who, "POST", "/erasures", person)
    refused = await who.post("/decisions", {"checks": [{"action": f"{word}:no.such", "id": word}]})
    assert refused.status_code == 200, refused.text
    await made(who, "POST", "/decisions/why", {"action": "policy:policy.read"})
    text = (
        f'@id("tenant.{word}-first")\n@reason("{word} words.")\nforbid (principal is CompanyOS::ServiceAccount, '
        'action == CompanyOS::Action::"operations:hook.revoke", resource);\n'
    )
    await made(who, "POST", "/policies/proposals", {"text": text, "why": f"{word} words"})


async def _measure(who: Client, word: str) -> None:
    bot = {"name": f"{word}-bot", "environments": ["prod"]}
    made_for = await made(who, "POST", "/service-accounts", bot)
    key = await made(who, "POST", f"/service-accounts/{made_for['id']}/keys", {"environment": "prod"})
    now = time.time_ns() - 10**9
    resource = {
        "attributes": [{"key": "service.name", "value": {"stringValue": f"{word}-api"}}, _said(word, word)]
    }
    ids = {"traceId": secrets.token_hex(16), "spanId": secrets.token_hex(8)}
    span = {**ids, "name": f"GET /{word}", "kind": 2, "attributes": [_said("note", word)]}
    span |= {"startTimeUnixNano": str(now), "endTimeUnixNano": str(now + 10**8)}
    record = {
        **ids,
        "timeUnixNano": str(now),
        "severityText": "ERROR",
        "body": {"stringValue": f"{word} log"},
    }
    metric = {"name": f"{word}.count", "gauge": {"dataPoints": [{"asInt": "1", "timeUnixNano": str(now)}]}}
    for path, body in (
        ("traces", {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [span]}]}]}),
        ("logs", {"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": [record]}]}]}),
        ("metrics", {"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": [metric]}]}]}),
    ):
        sent = await who.http.post(
            f"/v1/{path}", json=body, headers={"Authorization": f"Bearer {key['key']}"}
        )
        assert (sent.status_code, sent.json()) == (200, {}), sent.text


async def measured(house: House) -> None:
    """Wait until all telemetry that was taken can be asked for."""
    telemetry = house.adapter(Telemetry)
    for signal in ("traces", "logs", "metrics"):
        last = (await telemetry.stream.extent(f"telemetry.{signal}")).last
        assert await telemetry.caught_up(signal, last)  # type: ignore[arg-type]


def _said(key: str, value: str) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": value}}


def _catalog(word: str) -> str:
    return (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        f"metadata:\n  name: {word}-lib\n  title: {word} library\n  description: {word} words\n"
        f"spec:\n  type: library\n  lifecycle: production\n  owner: {word}-owners\n"
    )
