"""Runs `companyos up` as a person would: a process, its words, a signal."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

COMPANYOS = Path(sys.executable).with_name("companyos")
PATIENCE = 120.0


class Up:
    """`companyos up` in a process of its own; `url` is the address that it printed."""

    def __init__(
        self, data: Path, *options: str, command: Path = COMPANYOS, environment: dict[str, str] | None = None
    ):
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [str(command), "up", "--data", str(data), "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment or dict(os.environ),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = ""

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)

    @property
    def words(self) -> str:
        return "".join(self.said)

    def wait_until_up(self) -> Self:
        """Wait for the printed address and take it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = re.search(r"CompanyOS is up: (http://\S+)", self.words)
            if found and "Ctrl-C" in self.words:
                self.url = found[1]
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"it did not come up: {self.words}")

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """Send a signal and wait; returns the exit code."""
        self.process.send_signal(by)
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"it did not stop: {self.words}") from None
        self._reader.join(5)
        return code

    def __enter__(self) -> Self:
        try:
            return self.wait_until_up()
        except AssertionError:
            self.process.kill()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill() if error else self.stop()
