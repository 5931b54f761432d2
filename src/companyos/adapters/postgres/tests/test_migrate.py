"""Version lines: brought to head once, quick afterwards, safe when two processes start at once."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen
from sqlalchemy.exc import ProgrammingError

from companyos.adapters.postgres.database import PostgresDatabase
from companyos.adapters.postgres.migrate import Line, Migrated, migrate, pending
from companyos.adapters.postgres.refusal import AheadOfCode, BadLine
from companyos.kernel.tenancy import PLATFORM

from .conftest import FIRST, SECOND


async def test_every_line_is_brought_to_its_head_once(empty: PostgresDatabase, lines: list[Line]) -> None:
    first = [Migrated("shop", None, "0001"), Migrated("depot", None, "0001")]
    assert await pending(empty, lines) == first
    assert await migrate(empty, lines) == first
    assert await migrate(empty, lines) == []
    (lines[0].folder / "0002_tier.py").write_text(SECOND)
    assert await migrate(empty, lines) == [Migrated("shop", "0001", "0002")]
    assert await pending(empty, lines) == []


async def test_a_migration_reaches_the_rows_of_every_tenant(
    empty: PostgresDatabase, lines: list[Line]
) -> None:
    await migrate(empty, lines)
    for _ in range(2):
        async with empty.app.begin() as db:
            tenant = await db.scalar(
                text("select set_config('companyos.tenant', gen_random_uuid()::text, true)")
            )
            await db.execute(
                text("insert into shop.service values (:t, gen_random_uuid(), 'a')"), {"t": tenant}
            )
    (lines[0].folder / "0002_tier.py").write_text(SECOND)
    await migrate(empty, lines)
    forced = text("select relforcerowsecurity from pg_class where oid = 'shop.service'::regclass")
    async with empty.owner.begin() as db:
        assert await db.scalar(forced) is True
        await db.execute(text("alter table shop.service no force row level security"))
        assert (await db.scalars(text("select tier from shop.service"))).all() == [1, 1]
        await db.rollback()


async def test_processes_that_start_at_once_wait_for_each_other(
    empty: PostgresDatabase, lines: list[Line]
) -> None:
    done = await asyncio.gather(*(migrate(empty, lines) for _ in range(4)))
    assert sorted(map(len, done)) == [0, 0, 0, 2]


async def test_a_line_that_fails_leaves_nothing_of_itself(empty: PostgresDatabase, lines: list[Line]) -> None:
    (lines[1].folder / "0002_tier.py").write_text(SECOND.replace("set tier = 1", "set tear = 1"))
    with pytest.raises(ProgrammingError, match="tear"):
        await migrate(empty, lines)
    assert await pending(empty, lines) == [Migrated("depot", None, "0002")]
    (lines[1].folder / "0002_tier.py").write_text(SECOND)
    assert await migrate(empty, lines) == [Migrated("depot", None, "0002")]


async def test_nothing_to_do_is_found_out_by_two_questions(empty: PostgresDatabase, tmp_path: Path) -> None:
    lines = []
    for number in range(12):
        folder = tmp_path / f"part{number}"
        folder.mkdir()
        (folder / "0001_start.py").write_text(FIRST)
        (folder / "0002_tier.py").write_text(SECOND)
        lines.append(Line(folder.name, folder))
    await migrate(empty, lines)
    asked: list[str] = []
    for engine in (empty.app, empty.owner):
        listen(engine.sync_engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    assert await migrate(empty, lines) == []
    assert len(asked) == 2, "twelve parts are asked about together"


async def test_a_newer_database_is_refused(empty: PostgresDatabase, lines: list[Line]) -> None:
    await migrate(empty, lines)
    (lines[0].folder / "0001_start.py").write_text(FIRST.replace('"0001"', '"0000"'))
    with pytest.raises(AheadOfCode, match=r"shop is at revision 0001.*restore a backup"):
        await migrate(empty, lines)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (SECOND.replace('down_revision = "0001"', "down_revision = None"), "both follow the beginning"),
        (
            SECOND.replace('down_revision = "0001"', 'down_revision = "0007"'),
            "follows '0007', which is no revision",
        ),
        (SECOND.replace('down_revision = "0001"', ""), "must say `revision"),
        (SECOND.replace('revision = "0002"', "revision = 2"), "must say `revision"),
    ],
)
def test_a_broken_line_is_named(lines: list[Line], text: str, complaint: str) -> None:
    (lines[0].folder / "0002_tier.py").write_text(text)
    with pytest.raises(BadLine, match=complaint):
        lines[0].revisions()


async def test_a_platform_table_says_why(empty: PostgresDatabase, lines: list[Line]) -> None:
    await migrate(empty, lines)
    async with empty.app.connect() as db:
        said = await db.scalar(text("select obj_description('shop.tenant'::regclass)"))
    assert said == f"{PLATFORM}it is the list of tenants"


@pytest.mark.parametrize(
    ("declared", "complaint"),
    [
        ('tenant_table("bad", sa.Column("id", sa.Uuid))', "bad has no key"),
        (
            'tenant_table("bad", sa.Column("tenant_id", sa.Uuid, primary_key=True))',
            "declares tenant_id itself",
        ),
        ('platform_table("bad", sa.Column("id", sa.Uuid), because=" ")', "say why"),
    ],
)
async def test_a_careless_table_is_refused(
    empty: PostgresDatabase, lines: list[Line], declared: str, complaint: str
) -> None:
    (lines[0].folder / "0001_start.py").write_text(f"{FIRST}    {declared}\n")
    with pytest.raises(ValueError, match=complaint):
        await migrate(empty, lines)
