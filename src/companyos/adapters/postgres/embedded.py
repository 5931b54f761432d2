"""A private PostgreSQL in a directory: nothing to install, started with us, gone with us, durable."""

import fcntl
import hashlib
import os
import shutil
import stat
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy import URL

from .account import Account, server_account
from .binaries import Binaries, binaries_for
from .cluster import SOCKET_NAME, SUPERUSER, Cluster, server_path, until
from .configuration import write_configuration
from .postmaster import Postmaster
from .refusal import NoAccount, StartFailed

log = structlog.get_logger(__name__)

LONGEST_SOCKET_PATH = 103  # bytes without the final zero: 107 on Linux, 103 on macOS
SHORT_PLACE = Path("/tmp")  # noqa: S108 - the directory made in it is checked to be ours, mode 0700


def _quiet(restarts: int) -> None:
    """Restarts are logged anyway."""


@dataclass(slots=True)
class EmbeddedPostgres:
    """The PostgreSQL server of one directory, owned by the first process that starts it.

    Further processes attach: they get the same URLs but neither own nor stop the server (`owned` is false).
    An embedded server needs Linux or macOS. `configuration` overrides values of `configuration.DEFAULTS`;
    `run_as` names the account that the server runs as when we are root; timeouts are in seconds;
    `on_restart(count)` is called (from another thread) after a server that died was brought back.
    """

    directory: Path
    configuration: Mapping[str, str] = field(default_factory=dict)
    run_as: str = "nobody"
    start_timeout: float = 120.0
    stop_timeout: float = 30.0
    on_restart: Callable[[int], None] = _quiet
    owned: bool = field(default=False, init=False)
    _lock: int | None = field(default=None, init=False)
    _socket: Path | None = field(default=None, init=False)
    _postmaster: Postmaster | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.directory = self.directory.absolute()

    @property
    def cluster(self) -> Cluster:
        """The data directory, `<directory>/data`."""
        return Cluster(self.directory / "data")

    @property
    def pid(self) -> int | None:
        """Process id of the server when we own it and it runs."""
        return self._postmaster.pid if self._postmaster else None

    @property
    def binaries(self) -> Binaries:
        """The programs that fit this server (psql, pg_dump, …)."""
        return binaries_for(server_account(self.cluster.data, self.run_as))

    def start(self) -> None:
        """Start the server, or attach to the one that another process owns; return when it is ready.

        The first start makes the data directory. Raises WrongVersion, NoAccount, StartFailed: each says
        what to do. Starting twice is harmless.
        """
        if self._socket is not None:
            return
        deadline = time.monotonic() + self.start_timeout
        while not self._take_lock():
            if self._attach():
                return
            if not until(deadline, 0.02):
                raise StartFailed(
                    f"another process holds {self.directory} but its PostgreSQL is not ready after "
                    f"{self.start_timeout:g} s: see {self.directory / 'postgres.log'}, or stop that process"
                )
        try:
            self._own()
        except BaseException:
            self._release()
            raise

    def stop(self) -> None:
        """Shut the server down if we own it; otherwise only forget it."""
        if self._postmaster:
            self._postmaster.stop(self.stop_timeout)
            self._postmaster = None
            if self._socket and self._socket.parent == SHORT_PLACE:
                shutil.rmtree(self._socket)  # a killed server leaves its socket there
        self._release()

    def url(self, role: str = SUPERUSER, database: str = "postgres") -> URL:
        """Where to connect, as an SQLAlchemy URL without any secret. Raises RuntimeError before `start`."""
        if self._socket is None:
            raise RuntimeError("the embedded PostgreSQL is not started")
        return URL.create(
            "postgresql+psycopg", username=role, database=database, query={"host": str(self._socket)}
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _own(self) -> None:
        account = server_account(self.cluster.data, self.run_as)
        binaries = binaries_for(account)
        cluster = self.cluster
        cluster.initialise(binaries, account)
        account.owns_tree(cluster.data)
        cluster.check_version(binaries)
        cluster.clear(self.stop_timeout)
        socket = socket_directory(self.directory, account)
        people = ("root",) if account.drop else tuple(sorted({"root", account.name}))
        write_configuration(cluster.data, account, socket, self.configuration, people)
        self._postmaster = Postmaster(
            cluster=cluster,
            account=account,
            command=[str(binaries.path("postgres")), "-D", server_path(cluster.data, account)],
            log_file=self.directory / "postgres.log",
            on_restart=self.on_restart,
        )
        began = time.monotonic()
        self._postmaster.start(self.start_timeout)
        self._socket, self.owned = socket, True
        log.info("postgres.started", pid=self.pid, seconds=round(time.monotonic() - began, 3))

    def _attach(self) -> bool:
        status = self.cluster.status()
        if status is None or not status.ready or self.cluster.running() is None:
            return False
        self.cluster.check_version(self.binaries)
        self._socket = status.socket
        return True

    def _take_lock(self) -> bool:
        try:
            self.directory.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
            # Read-only is enough for flock, so a lock file that root made serves an ordinary user as well.
            lock = os.open(self.directory / "owner.lock", os.O_RDONLY | os.O_CREAT, 0o644)
        except PermissionError as closed:
            raise NoAccount(
                f"user id {os.geteuid()} may not use {closed.filename}: start CompanyOS as the owner of "
                f"{self.directory}, or choose another --data directory"
            ) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock = lock
        return True

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
        self._lock, self._socket, self.owned = None, None, False


def socket_directory(directory: Path, account: Account) -> Path:
    """Where the server's socket goes: `<directory>/run`, or a short private place when that is too long.

    A socket path has 107 bytes on Linux and 103 on macOS. Raises PermissionError when somebody else made the
    short place before us.
    """
    place = directory / "run"
    if len(os.fsencode(place / SOCKET_NAME)) > LONGEST_SOCKET_PATH or not account.reaches(directory):
        digest = hashlib.sha256(os.fsencode(directory.resolve())).hexdigest()[:16]
        place = SHORT_PLACE / f"companyos-{digest}"
    try:
        place.mkdir(mode=0o700)
        account.owns(place)
    except FileExistsError:
        pass
    seen = place.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != account.uid or seen.st_mode & 0o077:
        raise PermissionError(
            f"{place} must be a directory of user {account.name} with mode 0700, but it is not: "
            "somebody else may have put it there; remove it and start again"
        )
    return place
