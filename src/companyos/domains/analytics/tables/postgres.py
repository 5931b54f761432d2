"""The tables of the schema `analytics` in PostgreSQL, as queries see them; `migrations/` makes them."""

import sqlalchemy as sa

from companyos.kernel.rows import Rows

metadata = sa.MetaData(schema="analytics")

budget = sa.Table(
    "budget",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("holder", sa.Text, primary_key=True),
    sa.Column("bytes", sa.BigInteger),
    sa.Column("set_by", sa.Text),
    sa.Column("set_at", sa.DateTime(timezone=True)),
)

usage = sa.Table(
    "usage",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("actor", sa.Text, primary_key=True),
    sa.Column("questions", sa.BigInteger),
    sa.Column("quoted", sa.BigInteger),
    sa.Column("spent", sa.BigInteger),
)

rows: tuple[Rows, ...] = ()
"""Where policy finds what it tests of things of analytics: it filters their lists."""
