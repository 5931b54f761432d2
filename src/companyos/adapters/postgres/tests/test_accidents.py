"""The embedded server through its accidents, with real processes and real signals."""

import os
import signal
import subprocess
from pathlib import Path
from threading import Event

import psutil

from companyos.adapters.postgres.account import server_account
from companyos.adapters.postgres.embedded import EmbeddedPostgres

from .processes import Owner, ask, soon


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


def test_a_half_made_directory_is_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "postgres/data.new/base"
    half.mkdir(parents=True)
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        assert ask(server, "select 1") == 1
    assert not half.exists()
