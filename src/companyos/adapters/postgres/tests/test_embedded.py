"""The embedded server through its life and its accidents, with real processes and real signals."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

import psutil
import psycopg
import pytest

from companyos.adapters.postgres.account import NoAccount, server_account
from companyos.adapters.postgres.cluster import WrongVersion
from companyos.adapters.postgres.database import libpq
from companyos.adapters.postgres.embedded import EmbeddedPostgres
from companyos.adapters.postgres.postmaster import StartFailed

OWNER = Path(__file__).with_name("owner.py")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


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


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path / "postgres") as started:
        yield started


def test_it_starts_serves_stops_and_keeps_what_was_written(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        assert server.owned
        ask(server, "create table kept as select 42 as n")
        pid = server.pid
    assert not psutil.pid_exists(pid)
    began = time.monotonic()
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        assert time.monotonic() - began < 0.3
        assert ask(server, "select n from kept") == 42


def test_it_is_durable_private_and_sorts_alike_everywhere(server: EmbeddedPostgres) -> None:
    shown = {
        name: ask(server, f"show {name}")
        for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums", "listen_addresses")
    }
    assert shown == {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "listen_addresses": "",
    }
    assert (
        ask(server, "select datlocprovider::text || datlocale from pg_database where datname = 'postgres'")
        == "bC.UTF-8"
    )
    assert (server.url().query["host"], Path(server.url().query["host"]).stat().st_mode & 0o777)[1] == 0o700


def test_the_server_dies_with_its_owner_and_recovers(tmp_path: Path) -> None:
    owner = Owner(tmp_path / "postgres")
    first = EmbeddedPostgres(tmp_path / "postgres")
    first.start()
    ask(first, "create table kept as select 42 as n")
    first.stop()
    owner.kill()
    soon(lambda: not psutil.pid_exists(int(owner.postmaster)))
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        assert server.owned
        assert ask(server, "select n from kept") == 42


def test_without_prctl_the_watchdog_stops_the_server(tmp_path: Path) -> None:
    owner = Owner(tmp_path / "postgres", "watchdog")
    owner.kill()
    soon(lambda: not psutil.pid_exists(int(owner.postmaster)))
    again = Owner(tmp_path / "postgres", "watchdog")
    assert (again.state, again.end()) == ("owned", "stopped")


def test_owner_and_server_killed_together_leave_nothing_that_hinders(tmp_path: Path) -> None:
    owner = Owner(tmp_path / "postgres")
    os.kill(owner.process.pid, signal.SIGSTOP)  # so that it cannot restart the server
    os.kill(int(owner.postmaster), signal.SIGKILL)
    owner.kill()
    assert (tmp_path / "postgres/data/postmaster.pid").exists()
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        assert ask(server, "select 1") == 1


def test_a_stale_pid_that_is_somebody_else_by_now_does_not_hinder(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        account = server_account(server.cluster.data, "nobody")
    innocent = subprocess.Popen(["sleep", "60"], user=account.uid if account.drop else None)
    try:
        stale = tmp_path / "postgres/data/postmaster.pid"
        stale.write_text(f"{innocent.pid}\n{stale.parent}\n1\n5432\n/nowhere\n\n   1   1\nready\n")
        with EmbeddedPostgres(tmp_path / "postgres") as server:
            assert ask(server, "select 1") == 1
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_a_living_orphan_is_stopped_first(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        command, data = server._postmaster.command, server.cluster.data
        account = server_account(data, "nobody")
        socket = server.url().query["host"]
    Path(socket).mkdir(mode=0o700, exist_ok=True)
    account.owns(Path(socket))
    who = {"user": account.uid, "group": account.gid, "extra_groups": []} if account.drop else {}
    orphan = subprocess.Popen(command, cwd=data, stderr=subprocess.DEVNULL, **who)
    soon(lambda: (s := server.cluster.status()) and s.ready)
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        assert server.owned
        assert server.pid != orphan.pid
        assert orphan.wait(5) == 0
        assert ask(server, "select 1") == 1


def test_a_server_that_is_killed_is_brought_back(tmp_path: Path) -> None:
    back, counted = Event(), []

    def told(restarts: int) -> None:
        counted.append(restarts)
        back.set()
        raise ValueError("a listener that fails must not end the supervision")

    server = EmbeddedPostgres(tmp_path / "postgres", on_restart=told)
    with server:
        ask(server, "create table kept as select 42 as n")
        first = server.pid
        os.kill(first, signal.SIGKILL)
        assert back.wait(20)
        assert server.pid != first
        assert ask(server, "select n from kept") == 42
        back.clear()
        os.kill(server.pid, signal.SIGKILL)
        assert back.wait(20)
    assert counted == [1, 2]
    assert server.pid is None


def test_stopping_while_a_restart_is_under_way_ends(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.start()
    pid = server.pid
    os.kill(pid, signal.SIGKILL)
    server.stop()
    assert server.cluster.running() is None


def test_a_second_process_attaches_and_never_stops_it(server: EmbeddedPostgres) -> None:
    other = Owner(server.directory)
    assert other.state == "attached"
    assert int(other.postmaster) == server.pid
    assert other.end() == "stopped"
    assert ask(server, "select 1") == 1


def test_a_process_that_attached_becomes_the_owner_at_its_next_start(tmp_path: Path) -> None:
    owner = Owner(tmp_path / "postgres")
    second = EmbeddedPostgres(tmp_path / "postgres")
    second.start()
    assert not second.owned
    second.stop()
    assert owner.end() == "stopped"
    with second:
        assert second.owned


def test_another_major_version_is_refused_untouched(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "postgres"):
        pass
    version = tmp_path / "postgres/data/PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(
        WrongVersion, match=r"written by PostgreSQL 17.*brings PostgreSQL 18.*companyos backup FILE"
    ):
        EmbeddedPostgres(tmp_path / "postgres").start()
    version.write_text("18\n")
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        assert ask(server, "select 1") == 1


def test_a_failed_start_says_why_and_lets_go(tmp_path: Path) -> None:
    broken = EmbeddedPostgres(tmp_path / "postgres", configuration={"shared_buffers": "plenty"})
    with pytest.raises(StartFailed, match="shared_buffers"):
        broken.start()
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        assert server.owned


def test_a_half_made_directory_is_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "postgres/data.new/base"
    half.mkdir(parents=True)
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        assert ask(server, "select 1") == 1
    assert not half.exists()


def test_a_long_and_strange_path_works(tmp_path: Path) -> None:
    directory = tmp_path / ("long " * 20) / ("ü'\"$x" * 8) / "postgres"
    with EmbeddedPostgres(directory) as server:
        socket = Path(server.url().query["host"])
        assert len(os.fsencode(socket)) < 60
        assert ask(server, "select 1") == 1
    assert not socket.exists()


@as_root
def test_a_socket_place_that_is_somebody_elses_is_refused(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        socket = Path(server.url().query["host"])
    shutil.rmtree(socket, ignore_errors=True)
    socket.mkdir(mode=0o777)
    os.chown(socket, 12345, 12345)
    try:
        with pytest.raises(PermissionError, match="must be a directory of user nobody"):
            EmbeddedPostgres(tmp_path / "postgres").start()
    finally:
        socket.rmdir()


@as_root
def test_root_gives_up_its_rights(server: EmbeddedPostgres) -> None:
    process = psutil.Process(server.pid)
    assert "root" not in {process.username(), *(child.username() for child in process.children())}
    assert set(process.gids()) == {server_account(server.cluster.data, "nobody").gid}


@as_root
def test_root_may_keep_its_data_where_nobody_else_may_look(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for _ in range(2):
        with EmbeddedPostgres(closed / "postgres") as server:
            assert ask(server, "select 1") == 1


@as_root
def test_root_without_an_unprivileged_account_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoAccount, match="useradd --system nosuch"):
        EmbeddedPostgres(tmp_path / "postgres", run_as="nosuch").start()
    with pytest.raises(NoAccount, match="unprivileged"):
        EmbeddedPostgres(tmp_path / "postgres", run_as="root").start()


@as_root
def test_an_ordinary_user_runs_it_as_themselves_and_root_may_attach(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() == "root" and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    shutil.chown(home, "nobody")
    owner = Owner(home / "postgres", "nobody")
    assert owner.state == "owned"
    assert psutil.Process(int(owner.postmaster)).username() == "nobody"
    attached = EmbeddedPostgres(home / "postgres")
    attached.start()
    assert not attached.owned
    assert ask(attached, "select 1") == 1
    attached.stop()
    assert owner.end() == "stopped"


@as_root
def test_a_directory_that_is_closed_to_us_is_named(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o700)
    tmp_path.parent.parent.chmod(0o711)
    tmp_path.parent.chmod(0o711)
    tmp_path.chmod(0o711)
    command = [sys.executable, OWNER, tmp_path / "closed", "nobody"]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert "may not use" in ended.stderr
    assert "choose another --data directory" in ended.stderr


@as_root
def test_root_of_a_container_has_rights_enough(tmp_path: Path) -> None:
    """The capabilities that container runtimes leave to root: it may not look into processes of other accounts."""
    left = "chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw sys_chroot"
    bounds = ",".join(["-all", *(f"+{name}" for name in left.split())])
    limited = ["setpriv", f"--bounding-set={bounds}", "--inh-caps=-all"]
    owner = Owner(tmp_path / "postgres", before=limited)
    other = Owner(tmp_path / "postgres", before=limited)
    assert (owner.state, other.state) == ("owned", "attached")
    assert other.end() == "stopped"
    owner.kill()
    again = Owner(tmp_path / "postgres", before=limited)
    assert (again.state, again.end()) == ("owned", "stopped")


@as_root
def test_somebody_elses_data_are_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    home = tmp_path / "data"
    home.mkdir()
    shutil.chown(home, 12345)
    with pytest.raises(NoAccount, match="user id 12345 has no name"):
        server_account(home, "nobody")
