"""The commands, typed as a person types them, against the real API."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from typer.testing import CliRunner, Result

from companyos.cli.remote import HttpRemote, Told
from companyos.domains.operations.commands import groups
from companyos.domains.operations.public.ports import Answer
from companyos.domains.operations.testing import (
    RecordingDeployer,
    a_deployment,
    a_service,
    deploying,
)
from companyos.kernel.command import Session
from companyos.kernel.problems import Invalid
from companyos.testing.world import Client, World

from .test_git import _git, _write


class Bridge(httpx.BaseTransport):
    """Requests of a command, which runs in a thread, carried to the application's loop."""

    def __init__(self, who: Client):
        self.who = who
        self.loop = asyncio.get_running_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url.raw_path, "ascii")
        sent = self.who.http.request(
            request.method, url, content=request.read(), headers={**request.headers, **self.who.headers}
        )
        got = asyncio.run_coroutine_threadsafe(sent, self.loop).result(30)
        kept = {k: v for k, v in got.headers.items() if k not in ("content-length", "content-encoding")}
        return httpx.Response(got.status_code, headers=kept, content=got.content)


class Nobody:
    """The bridge brings the token."""

    def headers(self) -> dict[str, str]:
        return {}

    def renew(self) -> bool:
        return False

    def step_up(self, acr: str, max_age: str) -> bool:
        return False


async def _run(who: Client, line: list[str], *, input: str = "", as_json: bool = True) -> Result:
    http = httpx.Client(transport=Bridge(who), base_url="http://127.0.0.1:8700")
    remote = HttpRemote(http, Nobody(), lambda: False)
    session = Session(lambda: remote, tuple, as_json=as_json)
    group, *rest = line
    return await asyncio.to_thread(CliRunner().invoke, groups[group], rest, obj=session, input=input)


async def _json(who: Client, *line: str) -> Any:
    said = await _run(who, list(line))
    assert said.exit_code == 0, (said.output, said.exception)
    return json.loads(said.stdout)


async def test_a_catalogue_and_a_git_history_come_in(world: World, tmp_path: Path) -> None:
    sre = await world.person("sre")
    catalog = tmp_path / "catalog-info.yaml"
    catalog.write_text(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        "metadata: {name: api, annotations: {companyos.dev/paths: src/api}}\n"
        "spec: {type: service, lifecycle: production, owner: shop}\n"
    )
    assert (await _json(sre, "services", "import", str(catalog)))["registered"] == ["api"]
    repository = tmp_path / "repository"
    repository.mkdir()
    _git(repository, "init", "-b", "main")
    for n in (1, 2):
        _write(repository, "src/api/a.py", f"{n}\n")
        _git(repository, "add", "-A")
        _git(repository, "commit", "-m", f"Change {n}")
    line = ("deployments", "import", "--git", str(repository))
    assert await _json(sre, *line) == {"read": 2, "recorded": 2, "known": 0}
    assert await _json(sre, *line) == {"read": 2, "recorded": 0, "known": 2}
    listed = (await _json(sre, "deployments", "list", "--service", "api"))["items"]
    assert {(d["author"], d["source"]) for d in listed} == {("Jo Doe", "git")}
    table = await _run(sre, ["services", "list"], as_json=False)
    assert "unknown" in table.stdout
    nothing = await _run(sre, ["deployments", "import", "--git", str(tmp_path)])
    assert isinstance(nothing.exception, Invalid)


async def test_a_roll_back_shows_its_plan_and_asks_first(world: World) -> None:
    sre = await world.person("sre", mfa_ago=timedelta(seconds=1))
    await a_service(sre)
    await a_deployment(sre, version="1")
    live = await a_deployment(sre, version="2")
    line = ["deployments", "roll-back", live["id"], "--reason", "Errors since 2"]
    refused = await _run(sre, line, input="n\n")
    assert refused.exit_code == 1
    assert "bring payments-api to version 1" in refused.stderr
    assert (await sre.get(f"/deployments/{live['id']}")).json()["status"] == "succeeded"
    with deploying(world.house, RecordingDeployer(Answer("succeeded"))):
        done = await _run(sre, line, input="y\n")
        assert done.exit_code == 0, done.output
        await world.deliver()
    assert (await sre.get(f"/deployments/{live['id']}")).json()["status"] == "rolled_back"


async def test_without_step_up_the_command_says_what_to_do(world: World) -> None:
    sre = await world.person("sre")
    await a_service(sre)
    live = await a_deployment(sre)
    said = await _run(sre, ["deployments", "redeploy", live["id"], "--reason", "Again", "--yes"])
    assert isinstance(said.exception, Told)
    assert said.exception.status == 401


async def test_an_incident_from_opening_to_end(world: World) -> None:
    sre = await world.person("sre")
    await a_service(sre)
    made = await _json(
        sre, "incidents", "open", "Cards fail", "--severity", "sev1", "--service", "payments-api"
    )
    for step in ("ack", "mitigate", "resolve"):
        await _json(sre, "incidents", step, made["id"], "--text", f"did {step}")
    await _json(sre, "incidents", "note", made["id"], "Over.")
    shown = await _json(sre, "incidents", "show", made["id"])
    assert [e["text"] for e in shown["timeline"]] == ["", "did ack", "did mitigate", "did resolve", "Over."]
    assert (await _json(sre, "incidents", "list"))["items"] == []
    await _json(sre, "services", "archive", "payments-api", "--yes")
