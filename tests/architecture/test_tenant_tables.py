"""Every table keeps tenants apart, or says why it belongs to none."""

import pytest
from sqlalchemy import text

from companyos.adapters.postgres.database import PostgresDatabase
from companyos.adapters.postgres.roles import LAKE_SCHEMA
from companyos.kernel.tenancy import APP_ROLE, OWNER_ROLE, PLATFORM

TABLES = text("""
select n.nspname || '.' || c.relname as name,
       coalesce(obj_description(c.oid), '') as said,
       c.relrowsecurity and c.relforcerowsecurity as forced,
       pg_get_userbyid(c.relowner) as owner,
       has_table_privilege(:app, c.oid, 'truncate, trigger, references') as too_much,
       (select a.attname || ' ' || format_type(a.atttypid, null) from pg_attribute a
         where a.attrelid = c.oid and a.attnum = 1 and a.attnotnull) as first,
       (select a.attname from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
         where i.indrelid = c.oid and i.indisprimary) as key,
       exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd = '*'
                 and pg_get_expr(p.polqual, c.oid) ~ '^\\(tenant_id = \\( SELECT .*companyos\\.tenant'
                 and pg_get_expr(p.polqual, c.oid) = pg_get_expr(p.polwithcheck, c.oid)) as policy
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|information_schema$)' and n.nspname <> :lake
order by 1
""")


async def faults(database: PostgresDatabase) -> list[str]:
    """What is wrong with which table, in words."""
    async with database.owner.connect() as db:
        tables = (await db.execute(TABLES, {"app": APP_ROLE, "lake": LAKE_SCHEMA})).all()
    found = []
    for table in tables:
        apart = {
            "tenant_id is not its first column": table.first == "tenant_id uuid",
            "its primary key is not tenant-first": table.key == "tenant_id",
            "row-level security is not forced": table.forced,
            "it has no tenant policy": table.policy,
        }
        platform = table.said.startswith(PLATFORM)
        found += [f"{table.name}: {fault}" for fault, fine in apart.items() if not fine and not platform]
        if table.owner != OWNER_ROLE or table.too_much:
            found.append(f"{table.name}: it belongs to {table.owner}, or the application may too much")
    assert tables, "no table was looked at"
    return found


async def test_every_table_keeps_tenants_apart_or_says_why_not(database: PostgresDatabase) -> None:
    assert await faults(database) == []


@pytest.mark.parametrize(
    ("careless", "fault"),
    [
        ("create table app.loose (id int primary key)", "it has no tenant policy"),
        ("alter table app.inbox no force row level security", "row-level security is not forced"),
        ("drop policy tenant on app.inbox", "it has no tenant policy"),
        ("alter policy tenant on app.inbox using (true)", "it has no tenant policy"),
        ("alter table app.inbox alter tenant_id drop not null", "tenant_id is not its first column"),
        ("grant truncate on app.inbox to companyos_app", "the application may too much"),
    ],
)
async def test_a_careless_table_is_noticed(database: PostgresDatabase, careless: str, fault: str) -> None:
    async with database.owner.begin() as db:
        if "drop not null" in careless:
            await db.execute(text("alter table app.inbox drop constraint inbox_pkey"))
        await db.execute(text(careless))
    assert any(fault in said for said in await faults(database))
