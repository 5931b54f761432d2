"""The signed call: what the receiver gets, where it may not go, and that its secret is told nowhere."""

import base64
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from companyos.spines.maestro.builtin.call import ID, SIGNATURE, TIMESTAMP, sign
from companyos.spines.maestro.settings import MaestroSettings

from .acting import code, go_on, put, shown, started, states
from .conftest import Stage

NOW = timedelta(0)
SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()


class Receiver(ThreadingHTTPServer):
    """Keeps what it is told, by its idempotency key."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: list[tuple[str, dict[str, str], bytes]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.told.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        self._answer(500 if self.path == "/broken" else 200, b'{"ticket": 7}')

    def do_GET(self) -> None:
        known = any(headers[ID] == self.headers[ID] for _, headers, _ in self.server.told)
        self._answer(200 if known else 404, b"{}")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def plan(url: str, path: str = "/call", more: str = "") -> str:
    told = (
        f"{{url: '{url}{path}', secret: secret:hook, body: {{run: '${{run.id}}'}}, undo: '{url}/undo'{more}}}"
    )
    return f"plan: call\nsteps:\n  - {{name: call, do: maestro.http, with: {told}}}\n"


async def keep_secret(stage: Stage, slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({slug: {"hook": SECRET}}))
    os.chmod(file, 0o600)
    monkeypatch.setitem(stage.house.part_settings, MaestroSettings, MaestroSettings(secrets=file))
    return file


async def test_a_signed_call_and_its_undoing(
    stage: Stage, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sre = await stage.world.person("sre", mfa_ago=NOW)
    await keep_secret(stage, sre.slug, tmp_path, monkeypatch)
    run = (await started(sre, await put(sre, plan(receiver.url))))["id"]
    over = await go_on(stage.world, sre, run)
    assert over["state"] == "succeeded", over["sentence"]
    assert over["steps"][0]["outcome"]["output"] == {"status": 200, "answer": {"ticket": 7}}
    ((path, headers, body),) = receiver.told
    assert path == "/call" and json.loads(body) == {"run": run} and headers[ID] == f"{run}:call"
    assert headers[SIGNATURE] == sign(SECRET, headers[ID], int(headers[TIMESTAMP]), body)
    assert SECRET not in json.dumps(over) and "secret:hook" in json.dumps(over)

    asked = {"action": "maestro:run.undo", "type": "maestro.run", "id": run}
    seen = (await sre.post("/preflights", asked)).json()["preview"]["hash"]
    assert (await sre.post(f"/runs/{run}/undo", {"plan_hash": seen})).status_code == 200
    assert (await go_on(stage.world, sre, run))["state"] == "undone"
    assert receiver.told[1][0] == "/undo" and receiver.told[1][1][ID] == f"{run}:call:undo"


@pytest.mark.parametrize("done", [True, False])
async def test_the_receiver_is_asked_before_a_call_is_repeated(
    stage: Stage, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: bool
) -> None:
    sre = await stage.world.person("sre", mfa_ago=NOW)
    await keep_secret(stage, sre.slug, tmp_path, monkeypatch)
    source = plan(receiver.url, more=f", verify: '{receiver.url}/asked'")
    run = (await started(sre, await put(sre, source)))["id"]
    if done:
        receiver.told.append(("/call", {ID: f"{run}:call"}, b""))
    crashed = text(
        "update maestro.step set state = 'applying', attempts = 1,"
        """ verdict = '{"executor": "01a20432-ae05-7e6c-b417-2e9e267d1892"}' where run = :run"""
    )
    async with stage.house.begin(tenant=sre.tenant, environment="prod") as work:
        await work.db.execute(crashed, {"run": run})
    assert (await go_on(stage.world, sre, run))["state"] == "succeeded"
    assert len(receiver.told) == 1, "called once, by whoever it was"


async def test_a_call_that_fails_and_a_secret_that_others_may_read(
    stage: Stage, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sre = await stage.world.person("sre", mfa_ago=NOW)
    file = await keep_secret(stage, sre.slug, tmp_path, monkeypatch)
    over = await go_on(
        stage.world, sre, (await started(sre, await put(sre, plan(receiver.url, "/broken"))))["id"]
    )
    assert (
        over["state"] == "failed"
        and "answered 500" in over["sentence"]
        and states(over) == {"call": "failed"}
    )
    os.chmod(file, 0o644)
    over = await go_on(stage.world, sre, (await started(sre, await put(sre, plan(receiver.url))))["id"])
    assert over["state"] == "failed" and "Others may read secrets.json" in over["sentence"]
    assert len(receiver.told) == 1


@pytest.mark.parametrize(
    "url",
    ["http://example.com", "https://10.0.0.1", "https://[::1]", "https://169.254.169.254", "file:///etc"],
)
async def test_where_a_plan_may_not_call(stage: Stage, url: str) -> None:
    sre = await stage.world.person("sre")
    name = await put(sre, plan(url))
    answer = await sre.post(f"/plans/{name}/dry-run", {})
    assert code(answer)[0] == 422 and "cannot be called" in answer.json()["detail"]


async def test_who_may_call_out(stage: Stage) -> None:
    world = stage.world
    sre, analyst = await world.person("sre"), await world.person("security_analyst", mfa_ago=NOW)
    name = await put(sre, plan("https://example.com"))
    dry = await shown(analyst, name)
    assert dry["may"] is False and dry["decision"]["allowed"] is True
    body = {"plan_hash": dry["hash"]}
    assert (await analyst.post(f"/plans/{name}/runs", body)).status_code == 403
