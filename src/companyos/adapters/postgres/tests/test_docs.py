"""The SQL that the documentation tells administrators to run makes a cluster that CompanyOS accepts."""

import re
import subprocess
from pathlib import Path

import psycopg

from companyos.adapters.postgres.backup import backup
from companyos.adapters.postgres.cluster import SUPERUSER
from companyos.adapters.postgres.database import libpq, open_database
from companyos.adapters.postgres.embedded import EmbeddedPostgres
from companyos.adapters.postgres.migrate import Line, migrate
from companyos.kernel.tenancy import APP_ROLE, OWNER_ROLE

HOW_TO = Path(__file__).parents[5] / "docs/how-to/own-postgresql.md"


def prepare(server: EmbeddedPostgres) -> None:
    block = re.search(r"```sql\n(.*?)```", HOW_TO.read_text(), re.S)
    with psycopg.connect(libpq(server.url()), autocommit=True) as admin:
        for statement in block[1].strip().split(";\n"):
            admin.execute(statement)


async def test_the_documented_roles_serve_and_migrate(tmp_path: Path, lines: list[Line]) -> None:
    with EmbeddedPostgres(tmp_path / "own") as server:
        prepare(server)
        app, owner = (libpq(server.url(role, "companyos")) for role in (APP_ROLE, OWNER_ROLE))
        database = open_database(app, data=tmp_path, owner_url=owner)
        await database.start()
        assert len(await migrate(database, lines)) == 2
        await database.ready()
        await database.stop()


async def test_plain_pg_restore_reads_a_backup(tmp_path: Path, lines: list[Line]) -> None:
    embedded = open_database("pg+embedded:", data=tmp_path)
    await embedded.start()
    await migrate(embedded, lines)
    file = backup(embedded.server, tmp_path / "companyos.backup").file
    await embedded.stop()
    with EmbeddedPostgres(tmp_path / "own") as server:
        prepare(server)
        into = f"--dbname={libpq(server.url(SUPERUSER, 'companyos'))}"
        subprocess.run([server.binaries.path("pg_restore"), "--exit-on-error", into, file], check=True)
        database = open_database(libpq(server.url(APP_ROLE, "companyos")), data=tmp_path)
        await database.start()
        assert await migrate(database, lines) == []
        await database.stop()
