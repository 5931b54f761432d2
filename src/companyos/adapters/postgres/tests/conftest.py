"""The server of the session, and two small version lines written to disk."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from companyos.adapters.postgres.database import PostgresDatabase
from companyos.adapters.postgres.embedded import EmbeddedPostgres
from companyos.adapters.postgres.migrate import Line
from companyos.testing.postgres import TestServer

FIRST = """
import sqlalchemy as sa
from companyos.kernel.migration import THIS_PERSON, platform_table, tenant_index, tenant_table

revision, down_revision = "0001", None


def upgrade() -> None:
    tenant_table("service", sa.Column("id", sa.Uuid, primary_key=True), sa.Column("name", sa.Text, nullable=False))
    tenant_index("service", "name", unique=True)
    tenant_table("entry", sa.Column("id", sa.BigInteger, primary_key=True), append_only=True)
    tenant_table("member", sa.Column("person_id", sa.Uuid, primary_key=True), also_visible=THIS_PERSON)
    platform_table("tenant", sa.Column("id", sa.Uuid, primary_key=True), because="it is the list of tenants")
"""

SECOND = """
import sqlalchemy as sa
from alembic import op
from companyos.kernel.migration import every_tenant, schema

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("service", sa.Column("tier", sa.Integer), schema=schema())
    with every_tenant("service"):
        op.execute(f"update {schema()}.service set tier = 1")
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path / "postgres") as started:
        yield started


@pytest.fixture
def lines(tmp_path: Path) -> list[Line]:
    """Two lines: `shop` with one revision, `depot` with the same one."""
    for name in ("shop", "depot"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0001_start.py").write_text(FIRST)
    return [Line(name, tmp_path / name) for name in ("shop", "depot")]


@pytest_asyncio.fixture(loop_scope="session")
async def empty(postgres: TestServer) -> AsyncIterator[PostgresDatabase]:
    """A started Database without any schema."""
    name = postgres.create()
    opened = postgres.open(name)
    await opened.start()
    yield opened
    await opened.stop()
    postgres.drop(name)
