"""The Database port: chosen by URL, started, proved, and never run as a role that sees too much."""

import os
import signal
from pathlib import Path
from threading import Event

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from companyos.adapters.postgres.database import Limits, PostgresDatabase, libpq, open_database
from companyos.adapters.postgres.migrate import Line, migrate
from companyos.adapters.postgres.refusal import NotConfigured, UnsafeRole
from companyos.kernel.ports.database import Database
from companyos.kernel.tenancy import APP_ROLE, OWNER_ROLE
from companyos.testing.postgres import TestServer


async def test_embedded_from_nothing_to_a_query(tmp_path: Path, lines: list[Line]) -> None:
    database: Database = open_database("pg+embedded:", data=tmp_path)
    for _ in range(2):
        await database.start()
        await database.start()
        await migrate(database, lines)
        await database.ready()
        async with database.app.connect() as app, database.owner.connect() as owner:
            assert await app.scalar(text("select current_user")) == APP_ROLE
            assert await owner.scalar(text("select current_user")) == OWNER_ROLE
        await database.stop()
    with pytest.raises(RuntimeError, match="not started"):
        await database.ready()


async def test_a_second_database_attaches_and_leaves_the_first_alone(tmp_path: Path) -> None:
    first, second = (open_database("pg+embedded:", data=tmp_path) for _ in range(2))
    await first.start()
    await second.start()
    assert (first.server.owned, second.server.owned) == (True, False)
    await second.stop()
    await first.ready()
    await first.stop()


async def test_a_killed_server_costs_no_later_query(tmp_path: Path) -> None:
    back = Event()
    database = open_database("pg+embedded:", data=tmp_path, on_restart=lambda _: back.set())
    await database.start()
    await database.ready()
    os.kill(database.server.pid, signal.SIGKILL)
    assert back.wait(20)
    await database.ready()
    await database.stop()


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        ("create role {} login superuser", "superuser or BYPASSRLS"),
        ("create role {} login bypassrls", "superuser or BYPASSRLS"),
        ("create role {} login in role companyos_admin", "superuser or BYPASSRLS"),
        ("create role {} login noinherit in role companyos_owner", "switch row-level security off"),
        ("create role {} login", "no part in 'companyos_app'"),
    ],
)
async def test_a_role_that_may_too_much_or_too_little_is_refused(
    postgres: TestServer, empty: PostgresDatabase, make: str, complaint: str
) -> None:
    with psycopg.connect(libpq(postgres.server.url()), autocommit=True) as admin:
        admin.execute(make.format("suspect"))
        admin.execute(f"grant connect on database {empty.app_url.database} to suspect")
        try:
            url = libpq(empty.app_url.set(username="suspect"))
            with pytest.raises(UnsafeRole, match=complaint):
                await open_database(url, data=Path()).start()
        finally:
            admin.execute("drop owned by suspect")
            admin.execute("drop role suspect")


async def test_an_own_cluster_by_url(empty: PostgresDatabase, lines: list[Line]) -> None:
    app, owner = libpq(empty.app_url), libpq(empty.owner_url)
    database = open_database(app, data=Path(), owner_url=owner)
    await database.start()
    assert len(await migrate(database, lines)) == 2
    await database.stop()


async def test_an_own_cluster_without_owner_serves_but_does_not_migrate(
    empty: PostgresDatabase, lines: list[Line]
) -> None:
    database = open_database(libpq(empty.app_url), data=Path())
    await database.start()
    await database.ready()
    with pytest.raises(NotConfigured, match="COMPANYOS_DATABASE_OWNER"):
        await migrate(database, lines)
    await migrate(empty, lines)
    assert await migrate(database, lines) == []
    await database.stop()


@pytest.mark.parametrize("url", ["mysql://localhost/x", "postgres", "sqlite:///x"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(NotConfigured, match="COMPANYOS_DATABASE"):
        open_database(url, data=Path())


async def test_limits_hold(postgres: TestServer, empty: PostgresDatabase) -> None:
    database = postgres.open(empty.app_url.database, Limits(pool=1, overflow=0, wait=0.1, statement=0.05))
    await database.start()
    async with database.app.connect() as db:
        with pytest.raises(DBAPIError, match="statement timeout"):
            await db.execute(text("select pg_sleep(5)"))
        with pytest.raises(NoFreeConnection):
            await database.ready()
    await database.stop()


async def test_the_catalog_may_make_its_tables_and_nothing_else(
    empty: PostgresDatabase, lines: list[Line]
) -> None:
    await migrate(empty, lines)
    engine = create_engine(empty.catalog_url)
    with engine.begin() as db:
        db.execute(text("create table iceberg_tables (id int)"))
        assert db.scalar(text("select 'iceberg_tables'::regclass::text")) == "iceberg_tables"
    with engine.connect() as db, pytest.raises(DBAPIError, match="permission denied"):
        db.execute(text("create table shop.other (id int)"))
    engine.dispose()
