"""`companyos plan`, typed as a person types it, against the real API."""

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
from typer.testing import CliRunner, Result

from companyos.cli.remote import HttpRemote
from companyos.kernel.command import Session
from companyos.spines.maestro.commands import app
from companyos.testing.world import Client

from .acting import go_on
from .conftest import Stage

PLAN = """
plan: typed
title: Typed by hand
parameters: {times: {type: integer}}
steps:
  - {name: note, do: probe.note, with: {text: "${parameters.times}"}}
  - {name: wait, do: maestro.wait, with: {for: 10ms}}
"""


class Bridge(httpx.BaseTransport):
    """Requests of a command, which runs in a thread, carried to the application's loop."""

    def __init__(self, who: Client):
        self.who = who
        self.loop = asyncio.get_running_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url.raw_path, "ascii")
        headers = {**request.headers, **self.who.headers}
        sent = self.who.http.request(request.method, url, content=request.read(), headers=headers)
        got = asyncio.run_coroutine_threadsafe(sent, self.loop).result(30)
        return httpx.Response(
            got.status_code, headers={"content-type": "application/json"}, content=got.content
        )


class Nobody:
    """The bridge brings the token."""

    def headers(self) -> dict[str, str]:
        return {}

    def renew(self) -> bool:
        return False

    def step_up(self, acr: str, max_age: str) -> bool:
        return False


async def typed(stage: Stage, who: Client, *line: str, input: str = "") -> Result:
    http = httpx.Client(transport=Bridge(who), base_url="http://127.0.0.1:8700")
    remote = HttpRemote(http, Nobody(), lambda: False)
    session = Session(connect=lambda: remote, parts=lambda: stage.house.parts)
    return await asyncio.to_thread(CliRunner().invoke, app, list(line), obj=session, input=input)


async def test_check_put_look_run_follow_undo(stage: Stage, tmp_path: Path, outside: Path) -> None:
    sre = await stage.world.person("sre", mfa_ago=timedelta(0))
    file = tmp_path / "typed.yaml"
    file.write_text(PLAN.replace('text: "${parameters.times}"', "text: It is time"))
    assert "typed" in (await typed(stage, sre, "check", str(file))).output
    assert (await typed(stage, sre, "put", str(file))).exit_code == 0
    seen = await typed(stage, sre, "dry-run", "typed", "-p", "times=3")
    assert "note: Note It is time." in seen.output and "Could be felt by: nobody" in seen.output
    assert not (await sre.get("/runs")).json()["items"]

    no = await typed(stage, sre, "run", "typed", "-p", "times=3", input="n\n")
    assert no.exit_code == 1 and not (await sre.get("/runs")).json()["items"]
    following = asyncio.create_task(typed(stage, sre, "run", "typed", "-p", "times=3", "--yes"))
    while not (found := (await sre.get("/runs")).json()["items"]):
        await asyncio.sleep(0.05)
    await go_on(stage.world, sre, found[0]["id"])
    told = await following
    assert told.exit_code == 0, told.output
    assert "note: It is there." in told.output and told.output.rstrip().endswith("It succeeded.")
    assert "succeeded" in (await typed(stage, sre, "status", found[0]["id"])).output

    back = asyncio.create_task(typed(stage, sre, "undo", found[0]["id"], "--yes"))
    while (await sre.get(f"/runs/{found[0]['id']}")).json()["state"] != "undoing":
        await asyncio.sleep(0.05)
    await go_on(stage.world, sre, found[0]["id"])
    assert (await back).output.rstrip().endswith("It is undone.")


async def test_what_is_wrong_with_a_file(stage: Stage, tmp_path: Path) -> None:
    sre = await stage.world.person("sre")
    file = tmp_path / "typed.yaml"
    file.write_text(PLAN.replace("probe.note", "probe.nota"))
    wrong = await typed(stage, sre, "check", str(file))
    assert wrong.exit_code != 0 and "There is no step type 'probe.nota'" in str(wrong.exception)
    assert (await typed(stage, sre, "check", str(tmp_path / "none"))).exit_code != 0
