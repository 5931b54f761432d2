"""A real `companyos up` in a process of its own, with the seeded demo and a git history to read deployments from."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).parents[3]
COMMAND = Path(sys.executable).parent / "companyos"
PATIENCE = 200  # seconds; the demo is seeded in some 15 on two idle cores
FAREWELL = 30
OWNER = {"GIT_AUTHOR_NAME": "CompanyOS demo", "GIT_AUTHOR_EMAIL": "demo@companyos.example"}


@dataclass(slots=True)
class Site:
    """A running installation. It is called localhost, because browsers allow no passkeys at an address."""

    url: str
    data: Path
    process: Process
    said: list[str]

    @classmethod
    async def start(cls, folder: Path) -> "Site":
        """Start one on a free port and wait until it serves."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
        url = f"http://localhost:{port}"
        settings = {
            "COMPANYOS_PUBLIC_URL": url,
            "COMPANYOS_DEMO_GIT": str(history(folder)),
            "COMPANYOS_TELEMETRY_GRACE_MINUTES": "1440",  # copies of one demo share their lake's folder
        }
        process = await asyncio.create_subprocess_exec(
            *(COMMAND, "up", "--data", folder / "data", "--port", str(port)),
            env={**os.environ, **settings},
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=1 << 20,
        )
        site = cls(url, folder / "data", process, [])
        async with asyncio.timeout(PATIENCE):
            await site._until("Ctrl-C stops everything")
            async with httpx.AsyncClient() as client:
                while (await client.get(f"{url}/readyz")).status_code != 200:
                    await asyncio.sleep(0.1)
        return site

    async def stop(self) -> None:
        """Stop it as Ctrl-C does, and see that nothing of it stays."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGINT)
        try:
            async with asyncio.timeout(FAREWELL):
                await self._until("CompanyOS is down")
                code = await self.process.wait()
        except TimeoutError:
            self.process.kill()
            raise AssertionError(f"did not stop within {FAREWELL} s:\n{self.tail}") from None
        assert code == 0, f"ended with {code}:\n{self.tail}"
        left = [member for member in family if member.is_running()]
        assert not left, f"left behind: {left}"

    @property
    def tail(self) -> str:
        """The last that it said."""
        return "".join(self.said[-40:])

    async def _until(self, word: str) -> None:
        assert self.process.stdout is not None
        while line := (await self.process.stdout.readline()).decode():
            self.said.append(line)
            if word in line:
                return
        raise AssertionError(f"ended before it said {word!r}:\n{self.tail}")


def history(folder: Path) -> Path:
    """This checkout's repository, or a small new one where the checkout is none (an unpacked archive)."""
    inside = subprocess.run(
        ["git", "-C", ROOT, "rev-list", "--count", "HEAD"], capture_output=True, text=True, check=False
    )
    if inside.returncode == 0 and int(inside.stdout) > 1:
        return ROOT
    made = folder / "repository"
    _git(folder, "init", "--quiet", str(made))
    for number in range(1, 6):
        (made / "service.py").write_text(f"VERSION = {number}\n")
        _git(made, "add", ".")
        _git(made, "commit", "--quiet", "--message", f"Serve version {number}")
    return made


def _git(place: Path, *arguments: str) -> None:
    committer = {name.replace("AUTHOR", "COMMITTER"): value for name, value in OWNER.items()}
    with suppress(KeyError):
        committer["PATH"] = os.environ["PATH"]
    subprocess.run(["git", "-C", place, *arguments], env={**OWNER, **committer}, check=True)
