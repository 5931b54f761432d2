"""Risky acts from the command line: a fresh second factor, asked at once where somebody sits at the terminal."""

import asyncio
import json
import os
import pty
import re

import httpx
import msgspec

from companyos.cli.credentials import Credentials

from .conftest import Served, Terminal, sign_in


async def deployment(served: Served, terminal: Terminal, name: str) -> str:
    """A deployment that can be paused."""
    file = terminal.config / "companyos" / "sign-ins" / "default.json"
    token = msgspec.json.decode(file.read_bytes(), type=Credentials).access_token
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=f"{served.url}/api/v1", headers=headers) as http:
        made = await http.post("/services", json={"name": name, "title": name})
        assert made.status_code == 201, made.text
        report = {"service": name, "version": "2.0.0", "status": "running"}
        reported = await http.post("/deployments", json=report)
        assert reported.status_code == 201, reported.text
        return str(reported.json()["id"])


async def test_without_a_terminal_the_refusal_says_which_command_helps(
    served: Served, signed_in: Terminal
) -> None:
    id = await deployment(served, signed_in, "ledger")
    refused = await signed_in.run("deployments", "pause", id, "--reason", "looks wrong", "--yes")
    assert refused.code == 1 and "companyos login --mfa" in refused.err, refused
    said = await sign_in(served, signed_in, "--mfa", "--tenant", "north", "--environment", "prod", "--json")
    assert said.json["acr"] == "urn:companyos:mfa"
    done = await signed_in.run("deployments", "pause", id, "--reason", "looks wrong", "--yes", "--json")
    assert done.code == 0, done
    assert done.json["deployment"]["status"] == "paused" and done.json["evidence_id"]


async def test_at_a_terminal_the_person_confirms_and_the_same_request_goes_on(
    served: Served, signed_in: Terminal
) -> None:
    id = await deployment(served, signed_in, "journal")
    master, slave = pty.openpty()
    process = await signed_in.start(
        "deployments", "pause", id, "--reason", "looks wrong", "--yes", "--json", tty=slave
    )
    os.close(slave)
    shown = ""
    async with asyncio.timeout(60):
        while not (address := re.search(r"http://\S+(?=\s)", shown)):
            shown += (await asyncio.to_thread(os.read, master, 4096)).decode()
        await served.confirm(address[0])
        assert process.stdout is not None
        out = await process.stdout.read()
        assert await process.wait() == 0, shown
    os.close(master)
    assert "second factor" in shown
    assert json.loads(out)["deployment"]["status"] == "paused"
