"""The tables of the schema `graph`, as queries see them; `migrations/` makes them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

metadata = sa.MetaData(schema="graph")


def _times() -> tuple[sa.Column[datetime], ...]:
    names = ("valid_from", "valid_to", "recorded_from", "recorded_to")
    return tuple(sa.Column(name, sa.DateTime(timezone=True)) for name in names)


entity = sa.Table(
    "entity",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("row", sa.Uuid, primary_key=True),
    sa.Column("type", sa.Text),
    sa.Column("id", sa.Text),
    sa.Column("title", sa.Text),
    sa.Column("attrs", JSONB),
    *_times(),
)

relation = sa.Table(
    "relation",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("row", sa.Uuid, primary_key=True),
    sa.Column("from_type", sa.Text),
    sa.Column("from_id", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("to_type", sa.Text),
    sa.Column("to_id", sa.Text),
    sa.Column("spreads", sa.Boolean),
    *_times(),
)

word = sa.Table(
    "word",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("type", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("suffix", sa.Text(collation="C"), primary_key=True),
    sa.Column("place", sa.SmallInteger),
    sa.Column("environment", sa.Text),
)
