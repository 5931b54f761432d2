"""The embedded server in good days: started, attached to, stopped; and what it refuses."""

from pathlib import Path

import psutil
import pytest

from companyos.adapters.postgres.embedded import EmbeddedPostgres
from companyos.adapters.postgres.refusal import StartFailed, WrongVersion

from .processes import Owner, ask


def test_it_starts_serves_stops_and_keeps_what_was_written(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        assert server.owned
        ask(server, "create table kept as select 42 as n")
        pid = server.pid
    assert not psutil.pid_exists(pid)
    with EmbeddedPostgres(tmp_path / "postgres") as server:
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
