"""Owners of a server in processes of their own, and how to look at what became of it."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg

from companyos.adapters.postgres.database import libpq
from companyos.adapters.postgres.embedded import EmbeddedPostgres

OWNER = Path(__file__).with_name("owner.py")


def ask(server: EmbeddedPostgres, query: str) -> object:
    with psycopg.connect(libpq(server.url()), autocommit=True) as db:
        cursor = db.execute(query)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def soon(true: "object", timeout: float = 10.0) -> None:
    deadline = time.monotonic() + timeout
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.01)


class Owner:
    """owner.py in a process of its own."""

    def __init__(self, directory: Path, *flags: str, before: Sequence[str] = ()) -> None:
        command = [*before, sys.executable, OWNER, directory, *flags]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.state, self.postmaster = self.next_line().split()

    def next_line(self) -> str:
        while line := self.process.stdout.readline():
            if "[" not in line:  # not a line of the log
                return line.strip()
        raise AssertionError(f"owner.py ended with {self.process.wait()}")

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self) -> str:
        self.process.stdin.close()
        said = self.next_line()
        self.process.wait(20)
        return said
