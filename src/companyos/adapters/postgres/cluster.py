"""A data directory on disk: making it, telling its version, and reading what its server says of itself."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from .account import Account
from .binaries import Binaries
from .refusal import NoAccount, WrongVersion

SUPERUSER = "companyos_admin"
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True, slots=True)
class Status:
    """What a running server wrote into postmaster.pid."""

    pid: int
    socket: Path
    ready: bool


@dataclass(frozen=True, slots=True)
class Cluster:
    """One PostgreSQL data directory (PGDATA)."""

    data: Path

    def initialise(self, binaries: Binaries, account: Account) -> bool:
        """Make the directory with initdb if it is not there; true if it was made.

        The builtin locale provider sorts the same on every machine, whatever its C library. A half-made
        directory is never taken for a whole one: it gets its name when it is complete.
        """
        if self.data.exists():
            return False
        fresh = self.data.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        account.owns(fresh)
        command = [str(binaries.path("initdb")), f"--pgdata={server_path(fresh, account)}"]
        command += [f"--username={SUPERUSER}", "--encoding=UTF8", "--locale=C", "--auth=reject"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums"]
        made = subprocess.run(  # noqa: S603
            command, cwd=fresh, env=clean_environment(), capture_output=True, text=True, **become(account)
        )
        if made.returncode != 0:
            raise RuntimeError(f"PostgreSQL could not make {self.data}: {made.stderr.strip() or made.stdout}")
        os.rename(fresh, self.data)
        return True

    def check_version(self, binaries: Binaries) -> None:
        """Raise WrongVersion, with advice, unless the programs can read the data."""
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != binaries.major:
            raise WrongVersion(
                f"{self.data} was written by PostgreSQL {found}, but this CompanyOS brings PostgreSQL "
                f"{binaries.major}. Nothing was changed. With the CompanyOS that wrote it run "
                "`companyos backup FILE`; then, with this one and a new --data directory, `companyos restore FILE`"
            )

    def status(self) -> Status | None:
        """What the server says of itself, or None when there is no (complete) postmaster.pid."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return Status(int(lines[0]), Path(lines[4]), lines[7].strip() == "ready")
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def running(self) -> psutil.Process | None:
        """The server process that lives on this directory, whoever started it.

        postmaster.pid alone does not tell: after a crash its number may belong to any other process.
        """
        pid = self._pid()
        if pid is None:
            return None
        try:
            process = psutil.Process(pid)
            server = process.name() == "postgres" and "-D" in process.cmdline()
            lives = server and process.status() != psutil.STATUS_ZOMBIE
            return process if lives and self._works_here(process) else None
        except psutil.NoSuchProcess:
            return None

    def _works_here(self, process: psutil.Process) -> bool:
        try:
            return os.path.samefile(process.cwd(), self.data)
        except psutil.AccessDenied:
            return True  # root in a container may not look at another account: on doubt, it is our server
        except FileNotFoundError:
            return False

    def clear(self, timeout: float) -> None:
        """Make way for a new server; the caller holds the lock, so no living process owns an old one.

        An orphan that still runs is asked to shut down, then told to, then killed. A stale postmaster.pid is
        PostgreSQL's own business, except when its number belongs to an innocent process by now: PostgreSQL
        would take that for a living server. (Left-over backends are still found, by their shared memory.)
        """
        orphan = self.running()
        if orphan:
            for request, patience in ((signal.SIGINT, timeout), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
                try:
                    orphan.send_signal(request)
                    orphan.wait(patience)
                except psutil.TimeoutExpired:
                    continue
                except psutil.NoSuchProcess:
                    pass
                break
        stale = self._pid()
        if stale is not None and psutil.pid_exists(stale) and not self.running():
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None


def server_path(path: Path, account: Account) -> str:
    """How a server of this account, started inside `path`, names it.

    A directory below root's home is closed to the account. Linux lets a process keep the working directory
    that it was started in, whatever lies above it.
    """
    if account.reaches(path):
        return str(path)
    if not Path("/proc/self/cwd").exists():
        raise NoAccount(
            f"user {account.name} cannot reach {path}: choose a --data directory that it can reach, "
            "or start CompanyOS as an ordinary user"
        )
    return "/proc/self/cwd"


def become(account: Account) -> dict[str, Any]:
    """Arguments of subprocess that turn a root child into the account for good."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account.drop else {}


def clean_environment() -> dict[str, str]:
    """The environment without PG… variables, which would bend what the programs do."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def until(deadline: float, pause: float = 0.005) -> bool:
    """Sleep a little; false once the deadline (monotonic seconds) has passed."""
    time.sleep(pause)
    return time.monotonic() < deadline
