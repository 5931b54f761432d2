"""What parts say of their rows to policy is true of their tables: a required attribute cannot be NULL."""

import sqlalchemy as sa

from companyos.adapters.postgres.database import PostgresDatabase
from companyos.app.compose import parts
from companyos.spines.policy.loading import load
from companyos.spines.policy.names import type_of


async def test_only_the_column_of_an_optional_attribute_may_be_null(database: PostgresDatabase):
    shapes = load(parts()).schema.shapes
    required = {
        (column.table.schema, column.table.name, column.name)
        for part in parts()
        for rows in part.rows
        for name, column in rows.attrs.items()
        if shapes[type_of(rows.type)].attributes[name].required
        and isinstance(column, sa.Column)
        and isinstance(column.table, sa.Table)
    }
    query = "select table_schema, table_name, column_name from information_schema.columns where is_nullable = 'NO'"
    async with database.owner.connect() as db:
        filled = {tuple(row) for row in await db.execute(sa.text(query))}
    assert len(required) > 10
    assert required <= filled
