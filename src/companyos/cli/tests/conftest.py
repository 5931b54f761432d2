"""A CompanyOS behind a real socket, a person who can sign in, and the command line as its own process."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest
import pytest_asyncio
from sqlalchemy import update

from companyos.app.compose import asgi, compose
from companyos.app.running import running
from companyos.app.server import free_port, server
from companyos.kernel.house import House
from companyos.kernel.ids import new_id
from companyos.spines.identity.public import Belongs, seed_person, seed_tenant
from companyos.spines.identity.tables import totp
from companyos.testing.houses import settings_on
from companyos.testing.postgres import TestServer
from companyos.testing.world import World, in_process

PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@dataclass(slots=True)
class Said:
    """What one run of the command line did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(slots=True)
class Terminal:
    """The command line with a configuration folder of its own."""

    config: Path
    url: str = ""
    env: dict[str, str] = field(default_factory=dict)

    async def start(self, *args: str, tty: int | None = None) -> asyncio.subprocess.Process:
        """Start a run; `tty` is the terminal at which somebody sits, else nobody does."""
        said = {"XDG_CONFIG_HOME": str(self.config), "COMPANYOS_URL": self.url, "COLUMNS": "200", **self.env}
        kept = {k: v for k, v in os.environ.items() if not k.startswith("COMPANYOS_")}
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            sys.executable, "-c", "from companyos.cli.main import main; main()", *args,
            env=kept | {k: v for k, v in said.items() if v}, stdout=pipe,
            stdin=asyncio.subprocess.DEVNULL if tty is None else tty, stderr=pipe if tty is None else tty,
        )  # fmt: skip

    async def run(self, *args: str) -> Said:
        process = await self.start(*args)
        async with asyncio.timeout(60):
            out, err = await process.communicate()
        assert process.returncode is not None
        return Said(process.returncode, out.decode(), err.decode())


@dataclass(slots=True)
class Served:
    """A served house and its one person, who belongs to two tenants and has a one-time code."""

    house: House
    world: World
    url: str
    email: str

    async def confirm(self, page: str) -> None:
        """What the person does in a browser: sign in, confirm with a second factor when asked, say yes."""
        async with httpx.AsyncClient(follow_redirects=True, base_url=self.url) as browser:
            shown = await browser.get(page)
            for _ in range(6):
                if "is signed in" in shown.text:
                    return
                answers = {"email": self.email, "password": PASSWORD, "answer": "yes"}
                form = _fields(shown.text)
                if "code" in form:
                    answers["code"] = await self._code()
                action = re.search(r'<form[^>]*action="([^"]+)"', shown.text)
                target = str(shown.url.join(action[1] if action else ""))
                shown = await browser.post(target, data={**form, **answers})
            raise AssertionError(f"the device was not signed in: {shown.status_code} {shown.text}")

    async def _code(self) -> str:
        """A one-time code, as if the one before it had been used long ago."""
        async with self.house.begin() as work:
            await work.db.execute(update(totp).values(last_counter=0))
        return pyotp.TOTP(SECRET).now()


def _fields(html: str) -> dict[str, str]:
    """The names and values of a page's inputs."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = value[1] if value else ""
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def served(
    postgres: TestServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    name, port = postgres.create(template), free_port("127.0.0.1", 0)
    os.environ["COMPANYOS_IDENTITY_DEVICE_INTERVAL"] = "1"
    house = compose(settings_on(postgres, name, tmp_path_factory), port=port)
    del os.environ["COMPANYOS_IDENTITY_DEVICE_INTERVAL"]
    async with running(house) as started, in_process(asgi(started)) as client:
        http = server(asgi(started), "127.0.0.1", port)
        serving = asyncio.create_task(http.serve())
        email = await _person(started)
        yield Served(started, World(started, client), started.public_url, email)
        http.stop()  # type: ignore[no-untyped-call]
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
    postgres.drop(name)


async def _person(house: House) -> str:
    async with house.begin() as work:
        now = work.now
    tenants = {"north": new_id(), "south": new_id()}
    for slug, id in tenants.items():
        await seed_tenant(
            house,
            id=id,
            slug=slug,
            name=slug.title(),
            region="eu",
            environments=("prod", "stage"),
            now=now,
        )
    belongs = {id: Belongs(["platform_engineer"], ["prod", "stage"]) for id in tenants.values()}
    await seed_person(
        house, id=new_id(), email="jo@north.example", name="Jo Doe", password=PASSWORD, totp_seed=SECRET,
        belongs=belongs, now=now,
    )  # fmt: skip
    return "jo@north.example"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """The command line, signed out, that knows no address."""
    return Terminal(tmp_path / "config")


@pytest_asyncio.fixture(loop_scope="session")
async def signed_in(served: Served, tmp_path: Path) -> Terminal:
    """The command line of the person, signed in to north/prod."""
    terminal = Terminal(tmp_path / "config", served.url)
    await sign_in(served, terminal, "--tenant", "north", "--environment", "prod")
    return terminal


async def sign_in(served: Served, terminal: Terminal, *options: str) -> Said:
    """`companyos login`, confirmed in a browser."""
    process = await terminal.start("login", *options)
    assert process.stderr is not None and process.stdout is not None
    async with asyncio.timeout(60):
        first = (await process.stderr.readline()).decode()
        address = re.search(r"http://\S+", first)
        assert address, first + (await process.stderr.read()).decode()
        await served.confirm(address[0])
        out, err = await process.communicate()
    said = Said(process.returncode or 0, out.decode(), first + err.decode())
    assert said.code == 0, said
    return said
