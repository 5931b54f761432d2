"""One PostgreSQL server process as our foreground child: never outliving us, brought back when it dies."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import structlog

from .account import Account
from .cluster import Cluster, become, clean_environment, until
from .refusal import StartFailed

log = structlog.get_logger(__name__)

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 8 * 1024 * 1024
SLOWEST_RESTART = 5.0


def _prctl() -> Callable[..., int] | None:
    if not sys.platform.startswith("linux"):
        return None
    function: Callable[..., int] | None = getattr(ctypes.CDLL(None, use_errno=True), "prctl", None)
    return function


PRCTL = _prctl()  # looked up before any fork: a forked child must not load libraries


@dataclass(slots=True)
class Postmaster:
    """Supervises the server of one cluster from `start` to `stop`.

    All children are spawned by one thread that lives until `stop`: Linux ties PR_SET_PDEATHSIG to the
    spawning thread. Where there is no prctl, a shell waits on a pipe for our end and then stops the server.
    `on_restart(count)` is called from that thread each time a server that died was brought back.
    """

    cluster: Cluster
    account: Account
    command: list[str]
    log_file: Path
    on_restart: Callable[[int], None]
    _child: "subprocess.Popen[bytes] | None" = None
    _watchdog: "subprocess.Popen[bytes] | None" = None
    _thread: threading.Thread | None = None
    _stopping: threading.Event | None = None
    _failure: BaseException | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the server, or None when it is not running."""
        child = self._child
        return child.pid if child and child.poll() is None else None

    def start(self, timeout: float) -> None:
        """Spawn the server and return when it accepts connections. Raises StartFailed.

        Recovery after a crash can take long, so a server that is alive and recovering is waited for.
        """
        self._rotate_log()
        self._stopping, self._failure = threading.Event(), None
        first = threading.Event()
        self._thread = threading.Thread(
            target=self._supervise, args=(first, timeout), name="postgres-supervisor", daemon=True
        )
        self._thread.start()
        first.wait()
        if self._failure:
            self._thread.join()
            raise self._failure

    def stop(self, timeout: float) -> None:
        """Shut down cleanly: roll back what is open, write a checkpoint, exit. Harmless when not started.

        A server that does not manage that within the timeout is stopped at once and recovers at next start.
        """
        if self._stopping is None or self._thread is None:
            return
        self._stopping.set()
        for request, patience in ((signal.SIGINT, timeout), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if self._ended(request, time.monotonic() + patience):
                return
            log.warning("postgres.stop_slow", signal=request.name, waited_seconds=patience)

    def _ended(self, request: signal.Signals, deadline: float) -> bool:
        """Send a signal once to each child there is (a restart may be under way) until the thread is done."""
        told = None
        while self._thread and self._thread.is_alive() and time.monotonic() < deadline:
            if self.pid not in (None, told) and self._child:
                told = self._child.pid
                self._child.send_signal(request)
            self._thread.join(0.05)
        return self._thread is None or not self._thread.is_alive()

    def _supervise(self, first: threading.Event, timeout: float) -> None:
        assert self._stopping is not None
        try:
            self._bring_up(timeout)
        except BaseException as failure:  # noqa: BLE001 - handed to the thread that called start
            self._failure = failure
            if self._child and self._child.poll() is None:
                self._child.send_signal(signal.SIGQUIT)
                self._child.wait()
            self._dismiss_watchdog()
            return
        finally:
            first.set()
        restarts = 0
        while self._child and not self._stopping.is_set():
            code = self._child.wait()
            self._dismiss_watchdog()
            pause = 0.1
            while not self._stopping.wait(pause):
                log.error("postgres.died", exit_code=code, log=str(self.log_file))
                try:
                    self._bring_up(timeout)
                except Exception as failure:  # noqa: BLE001 - whatever it was, the next attempt may succeed
                    log.error("postgres.restart_failed", reason=str(failure))
                    pause = min(pause * 2, SLOWEST_RESTART)
                    continue
                restarts += 1
                log.warning("postgres.restarted", pid=self.pid, restarts=restarts)
                self._tell(restarts)
                break
        self._dismiss_watchdog()

    def _tell(self, restarts: int) -> None:
        try:
            self.on_restart(restarts)
        except Exception:
            # The server lives only as long as this thread, so an error of the caller's must not end it.
            log.exception("postgres.on_restart_failed")

    def _bring_up(self, timeout: float) -> None:
        """Spawn until ready. Backends of a server that was killed may need a moment to notice and go."""
        deadline = time.monotonic() + timeout
        while True:
            written = self.log_file.stat().st_size if self.log_file.exists() else 0
            self._spawn()
            child = self._child
            while child and child.poll() is None and not self._ready(child.pid):
                if not until(deadline):
                    child.send_signal(signal.SIGQUIT)
                    child.wait()
                    raise StartFailed(
                        f"PostgreSQL was not ready within {timeout:g} s.\n{self._said(written)}"
                    )
            if child and child.poll() is None:
                return
            said = self._said(written)
            lingering = "is still in use" in said or "lock file" in said
            if (
                self._stopping is None
                or self._stopping.is_set()
                or not lingering
                or not until(deadline, 0.05)
            ):
                raise StartFailed(f"PostgreSQL did not start.\n{said}")

    def _ready(self, pid: int) -> bool:
        status = self.cluster.status()
        return status is not None and status.pid == pid and status.ready

    def _spawn(self) -> None:
        with self._log() as out:
            self._child = subprocess.Popen(  # noqa: S603
                self.command,
                cwd=self.cluster.data,
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C is for us; we stop the server when we are done with it
                preexec_fn=_die_with(os.getpid()) if PRCTL else None,
                **become(self.account),
            )
        if PRCTL is None:
            self._watchdog = subprocess.Popen(  # noqa: S603
                ["/bin/sh", "-c", 'read -r _; kill -INT "$1"', "postgres-watchdog", str(self._child.pid)],
                stdin=subprocess.PIPE,
                start_new_session=True,
                **become(self.account),
            )

    def _dismiss_watchdog(self) -> None:
        if self._watchdog:
            self._watchdog.kill()
            self._watchdog.communicate()
            self._watchdog = None

    def _log(self) -> BinaryIO:
        return open(os.open(self.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")

    def _rotate_log(self) -> None:
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_LIMIT:
            os.replace(self.log_file, self.log_file.with_suffix(".log.1"))

    def _said(self, since: int) -> str:
        with self.log_file.open("rb") as written:
            written.seek(since)
            return b"\n".join(written.read().splitlines()[-12:]).decode(errors="replace")


def _die_with(parent: int) -> Callable[[], None]:
    """What the child does before it becomes the server: ask the kernel for a fast shutdown when we die."""

    def arrange() -> None:
        if (
            PRCTL is None
            or PRCTL(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0) != 0
            or os.getppid() != parent
        ):
            os._exit(127)

    return arrange
