"""What row-level security and grants hold back, attempted as the application's role."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.adapters.postgres.database import PostgresDatabase
from companyos.adapters.postgres.migrate import Line, migrate

MINE, THEIRS = uuid4(), uuid4()


async def enter(db: AsyncConnection, tenant: UUID | None, person: UUID | None = None) -> None:
    await db.execute(
        text("select set_config('companyos.tenant', :t, true), set_config('companyos.person', :p, true)"),
        {"t": str(tenant or ""), "p": str(person or "")},
    )


async def names(db: AsyncConnection) -> set[str]:
    return set(await db.scalars(text("select name from shop.service")))


@pytest.fixture
async def shop(empty: PostgresDatabase, lines: list[Line]) -> PostgresDatabase:
    await migrate(empty, lines)
    for tenant, name in ((MINE, "mine"), (THEIRS, "theirs")):
        async with empty.app.begin() as db:
            await enter(db, tenant)
            await db.execute(
                text("insert into shop.service values (:t, gen_random_uuid(), :n)"), {"t": tenant, "n": name}
            )
            await db.execute(text("insert into shop.entry values (:t, 1)"), {"t": tenant})
    return empty


async def test_a_tenant_sees_only_its_rows(shop: PostgresDatabase) -> None:
    async with shop.app.begin() as db:
        await enter(db, MINE)
        assert await names(db) == {"mine"}
        assert (
            await db.scalar(text("select count(*) from shop.service where tenant_id = :t"), {"t": THEIRS})
            == 0
        )


@pytest.mark.parametrize("tenant", [None, uuid4()])
async def test_without_a_known_tenant_nothing_is_seen(shop: PostgresDatabase, tenant: UUID | None) -> None:
    async with shop.app.begin() as db:
        await enter(db, tenant)
        assert await names(db) == set()


async def test_a_tenant_does_not_outlive_its_transaction(shop: PostgresDatabase) -> None:
    async with shop.app.connect() as db:
        async with db.begin():
            await enter(db, MINE)
        async with db.begin():
            assert await names(db) == set()


async def test_another_tenants_rows_cannot_be_written(shop: PostgresDatabase) -> None:
    async with shop.app.begin() as db:
        await enter(db, MINE)
        changed = await db.execute(text("update shop.service set name = 'x' where name = 'theirs'"))
        gone = await db.execute(text("delete from shop.service where name = 'theirs'"))
        assert (changed.rowcount, gone.rowcount) == (0, 0)
    async with shop.app.begin() as db:
        await enter(db, THEIRS)
        assert await names(db) == {"theirs"}


@pytest.mark.parametrize(
    "attack",
    [
        "insert into shop.service values (:t, gen_random_uuid(), 'planted')",
        "update shop.service set tenant_id = :t",
    ],
)
async def test_a_row_cannot_be_put_into_another_tenant(shop: PostgresDatabase, attack: str) -> None:
    async with shop.app.connect() as db:
        await enter(db, MINE)
        with pytest.raises(ProgrammingError, match="row-level security"):
            await db.execute(text(attack), {"t": THEIRS})


@pytest.mark.parametrize(
    "attack",
    [
        "update shop.entry set id = 2",
        "delete from shop.entry",
        "truncate shop.entry",
        "truncate shop.service",
        "alter table shop.service no force row level security",
        "alter table shop.service disable row level security",
        "drop policy tenant on shop.service",
        "create table shop.mine (id int)",
        "create table public.mine (id int)",
        "set role companyos_owner",
        "set session authorization companyos_admin",
        "copy shop.service to program 'true'",
        "select pg_read_file('postgresql.conf')",
    ],
)
async def test_the_application_may_not(shop: PostgresDatabase, attack: str) -> None:
    async with shop.app.connect() as db:
        await enter(db, MINE)
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            await db.execute(text(attack))


async def test_the_owner_is_bound_as_well(shop: PostgresDatabase) -> None:
    async with shop.owner.connect() as db:
        assert await names(db) == set()


async def test_a_person_also_sees_their_own_rows(shop: PostgresDatabase) -> None:
    person = uuid4()
    for tenant in (MINE, THEIRS):
        async with shop.app.begin() as db:
            await enter(db, tenant)
            await db.execute(text("insert into shop.member values (:t, :p)"), {"t": tenant, "p": person})
    async with shop.app.begin() as db:
        await enter(db, None, person)
        assert set(await db.scalars(text("select tenant_id from shop.member"))) == {MINE, THEIRS}
        assert (await db.execute(text("delete from shop.member"))).rowcount == 0
        await enter(db, None, uuid4())
        assert (await db.execute(text("select from shop.member"))).rowcount == 0


async def test_keys_and_indexes_are_tenant_first(shop: PostgresDatabase) -> None:
    found = text("select indexdef from pg_indexes where schemaname = 'shop' and tablename <> 'tenant'")
    async with shop.owner.connect() as db:
        made = [row for row in await db.scalars(found) if "version_num" not in row]
    assert len(made) == 4
    assert all("(tenant_id, " in row for row in made)
