"""Real PostgreSQL for tests: one embedded server per session, migrated once, a fresh clone for each test.

Fixtures: `postgres` (the server), `migration_lines` (override it to migrate something else), `template` (the
migrated database's name), `database` (a started Database on a clone of its own, dropped afterwards).
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql

from companyos.adapters.postgres.database import Limits, PostgresDatabase, libpq
from companyos.adapters.postgres.embedded import EmbeddedPostgres
from companyos.adapters.postgres.migrate import Line, migrate
from companyos.adapters.postgres.roles import create_database, provision
from companyos.kernel.tenancy import APP_ROLE, OWNER_ROLE

# A test's data need not survive a power cut.
HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


@dataclass(frozen=True, slots=True)
class TestServer:
    """The session's server and the databases on it."""

    __test__ = False
    server: EmbeddedPostgres

    def create(self, template: str = "template0") -> str:
        """A new database, empty or a copy of `template` (to which nobody may be connected); its name."""
        name = f"test_{uuid4().hex}"
        with psycopg.connect(libpq(self.server.url()), autocommit=True) as admin:
            create_database(admin, name, template)
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        with psycopg.connect(libpq(self.server.url()), autocommit=True) as admin:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

    def open(self, name: str, limits: Limits | None = None) -> PostgresDatabase:
        """The Database port on one of them; the caller starts and stops it."""
        app, owner = self.server.url(APP_ROLE, name), self.server.url(OWNER_ROLE, name)
        return PostgresDatabase(limits or Limits(pool=2), None, app, owner)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """One server for the session (with xdist: for the worker)."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), configuration=HASTE) as server:
        with psycopg.connect(libpq(server.url()), autocommit=True) as admin:
            provision(admin)
        yield TestServer(server)


@pytest.fixture(scope="session")
def migration_lines() -> Sequence[Line]:
    """The version lines of the app, every spine and every domain."""
    from companyos.app.compose import parts  # here, so that tests of one adapter do not import the house
    from companyos.app.running import lines

    return lines(parts())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def template(postgres: TestServer, migration_lines: Sequence[Line]) -> str:
    """A migrated database to clone; nobody stays connected to it."""
    name = postgres.create()
    database = postgres.open(name)
    await database.start()
    await migrate(database, migration_lines)
    await database.stop()
    return name


@pytest_asyncio.fixture(loop_scope="session")
async def database(postgres: TestServer, template: str) -> AsyncIterator[PostgresDatabase]:
    """A started Database on a fresh clone of the migrated template."""
    name = postgres.create(template)
    opened = postgres.open(name)
    await opened.start()
    try:
        yield opened
    finally:
        await opened.stop()
        postgres.drop(name)
