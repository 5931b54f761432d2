"""Backup and restore: the whole round, and everything that must not go wrong silently."""

from pathlib import Path

import pytest
from sqlalchemy import text

from companyos.adapters.postgres.backup import backup, restore, server_of
from companyos.adapters.postgres.database import PostgresDatabase, open_database
from companyos.adapters.postgres.embedded import EmbeddedPostgres
from companyos.adapters.postgres.migrate import Line, migrate
from companyos.adapters.postgres.refusal import BackupFailed

TENANT = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"


async def write(database: PostgresDatabase, name: str) -> None:
    async with database.app.begin() as db:
        await db.execute(text("select set_config('companyos.tenant', :t, true)"), {"t": TENANT})
        values = {"t": TENANT, "n": name}
        await db.execute(text("insert into shop.service values (:t, gen_random_uuid(), :n)"), values)


async def read(database: PostgresDatabase) -> tuple[list[str], list[str]]:
    """The names seen with and without a tenant."""
    query = text("select name from shop.service order by name")
    async with database.app.begin() as db:
        nobody = (await db.scalars(query)).all()
        await db.execute(text("select set_config('companyos.tenant', :t, true)"), {"t": TENANT})
        return list((await db.scalars(query)).all()), list(nobody)


@pytest.fixture
async def file(tmp_path: Path, lines: list[Line]) -> Path:
    """A backup taken while the database in `tmp_path/old` was in use and held the one service "kept"."""
    database = open_database("pg+embedded:", data=tmp_path / "old")
    await database.start()
    await migrate(database, lines)
    await write(database, "kept")
    with EmbeddedPostgres(tmp_path / "old/postgres") as attached:
        done = backup(attached, tmp_path / "companyos.backup")
    await write(database, "later")
    await database.stop()
    assert (done.tables, done.size) == (10, done.file.stat().st_size)
    assert done.file.stat().st_mode & 0o777 == 0o600
    return done.file


async def test_into_a_new_directory_with_tenants_still_apart(
    tmp_path: Path, file: Path, lines: list[Line]
) -> None:
    with EmbeddedPostgres(tmp_path / "new/postgres") as server:
        assert restore(server, file).tables == 10
    database = open_database("pg+embedded:", data=tmp_path / "new")
    await database.start()
    assert await migrate(database, lines) == []
    assert await read(database) == (["kept"], [])
    await write(database, "after")
    await database.stop()


async def test_in_place_of_what_is_there_only_when_told(tmp_path: Path, file: Path) -> None:
    with EmbeddedPostgres(tmp_path / "old/postgres") as server:
        with pytest.raises(BackupFailed, match="not empty"):
            restore(server, file)
        restore(server, file, replace=True)
    database = open_database("pg+embedded:", data=tmp_path / "old")
    await database.start()
    assert await read(database) == (["kept"], [])
    await database.stop()


async def test_not_while_companyos_runs(tmp_path: Path, file: Path) -> None:
    database = open_database("pg+embedded:", data=tmp_path / "old")
    await database.start()
    with (
        EmbeddedPostgres(tmp_path / "old/postgres") as attached,
        pytest.raises(BackupFailed, match="stop it"),
    ):
        restore(attached, file, replace=True)
    assert await read(database) == (["kept", "later"], [])
    await database.stop()


@pytest.mark.parametrize("damage", ["cut", "flip", "nonsense", "missing"])
async def test_a_damaged_file_changes_nothing(tmp_path: Path, file: Path, damage: str) -> None:
    good = file.read_bytes()
    middle = len(good) // 2
    bad = {
        "cut": good[:-300],
        "flip": good[:middle] + bytes(b ^ 0xFF for b in good[middle : middle + 64]) + good[middle + 64 :],
        "nonsense": b"nonsense",
        "missing": b"",
    }[damage]
    file.write_bytes(bad) if bad else file.unlink()
    with (
        EmbeddedPostgres(tmp_path / "old/postgres") as server,
        pytest.raises(BackupFailed, match=r"damaged, cut short|is no file"),
    ):
        restore(server, file, replace=True)
    database = open_database("pg+embedded:", data=tmp_path / "old")
    await database.start()
    assert await read(database) == (["kept", "later"], [])
    await database.stop()


async def test_a_backup_is_never_overwritten_and_leaves_no_rest(tmp_path: Path, file: Path) -> None:
    before = file.read_bytes()
    with (
        EmbeddedPostgres(tmp_path / "old/postgres") as server,
        pytest.raises(BackupFailed, match="new file"),
    ):
        backup(server, file)
    assert file.read_bytes() == before
    with (
        EmbeddedPostgres(tmp_path / "bare/postgres") as bare,
        pytest.raises(BackupFailed, match="does not exist"),
    ):
        backup(bare, tmp_path / "bare.backup")
    assert not list(tmp_path.glob("bare.backup*"))


def test_the_wrong_folder_and_an_own_cluster_are_told_apart_from_a_backup(tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="no database in"):
        server_of("pg+embedded:", tmp_path)
    assert not list(tmp_path.iterdir())
    assert server_of("pg+embedded:", tmp_path, new=True).directory == tmp_path / "postgres"
    with pytest.raises(BackupFailed, match="own cluster"):
        server_of("postgresql://companyos_app@localhost/companyos", tmp_path)
