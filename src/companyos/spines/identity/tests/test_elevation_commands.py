"""The commands of elevation, typed as a person types them, against the real API."""

import asyncio
import json
from typing import Any

import httpx
from typer.testing import CliRunner

from companyos.cli.remote import HttpRemote
from companyos.domains.operations.tests.test_commands import Bridge, Nobody
from companyos.kernel.command import Session
from companyos.spines.identity.elevations.commands import elevation
from companyos.testing.world import Client, World

from .test_elevations import FRESH


async def _json(who: Client, *line: str) -> Any:
    http = httpx.Client(transport=Bridge(who), base_url="http://127.0.0.1:8700")
    session = Session(lambda: HttpRemote(http, Nobody(), lambda: False), tuple, as_json=True)
    said = await asyncio.to_thread(CliRunner().invoke, elevation, list(line), obj=session)
    assert said.exit_code == 0, (said.output, said.exception)
    return json.loads(said.stdout)


async def test_ask_list_approve_revoke_and_deny(world: World) -> None:
    support = await world.person("support")
    admin = await world.person("tenant_admin", mfa_ago=FRESH)
    asked = await _json(support, "request", "--role", "sre", "--minutes", "5", "--reason", "On call")
    inbox = await _json(admin, "list", "--state", "requested")
    assert [row["id"] for row in inbox["items"]] == [asked["id"]]
    assert (await _json(admin, "approve", asked["id"], "--yes"))["state"] == "approved"
    assert (await _json(support, "list", "--mine"))["items"][0]["state"] == "approved"
    assert (await _json(admin, "revoke", asked["id"], "--reason", "Calm"))["state"] == "revoked"
    again = await _json(support, "request", "--role", "sre", "--reason", "Again")
    assert (await _json(admin, "deny", again["id"], "--reason", "Not tonight"))["state"] == "denied"


async def test_break_the_glass_and_review_it(world: World) -> None:
    sre = await world.person("sre", mfa_ago=FRESH)
    admin = await world.person("tenant_admin", mfa_ago=FRESH)
    broken = await _json(sre, "break-glass", "platform_engineer", "--reason", "Fire", "--yes")
    assert (broken["state"], broken["break_glass"]) == ("approved", True)
    waiting = await _json(admin, "list", "--unreviewed")
    assert [row["id"] for row in waiting["items"]] == [broken["id"]]
    reviewed = await _json(admin, "review", broken["id"], "justified", "--reason", "It burned")
    assert reviewed["review"]["verdict"] == "justified"
