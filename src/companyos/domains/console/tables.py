"""The table of the schema `console`, as queries see it; `migrations/` makes it."""

import sqlalchemy as sa

metadata = sa.MetaData(schema="console")

frozen_view = sa.Table(
    "frozen_view",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("environment", sa.Text),
    sa.Column("by", sa.Text),
    sa.Column("title", sa.Text),
    sa.Column("at", sa.DateTime(timezone=True)),
    sa.Column("until", sa.DateTime(timezone=True)),
    sa.Column("envelope", sa.LargeBinary),
    sa.Column("content", sa.LargeBinary),
)
