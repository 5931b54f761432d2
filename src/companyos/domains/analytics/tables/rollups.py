"""The roll-up's tables in PostgreSQL: how far it has come, who stands for which number, and its cells."""

from typing import Any

import sqlalchemy as sa

from .postgres import metadata


def _tenant() -> sa.Column[Any]:
    return sa.Column("tenant_id", sa.Uuid, primary_key=True)


def _key(name: str, kind: type[sa.types.TypeEngine[Any]] = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True)


rollup_position = sa.Table(
    "rollup_position",
    metadata,  # of no tenant: the stream carries everybody's events
    _key("topic"),
    sa.Column("upto", sa.BigInteger),
)

rollup = sa.Table(
    "rollup",
    metadata,
    _tenant(),
    _key("topic"),
    sa.Column("upto", sa.BigInteger),
    sa.Column("people", sa.BigInteger),
    sa.Column("sessions", sa.BigInteger),
    sa.Column("as_of", sa.DateTime(timezone=True)),
)

rollup_name = sa.Table(
    "rollup_name",
    metadata,
    _tenant(),
    _key("kind"),
    _key("key"),
    sa.Column("number", sa.BigInteger),
    sa.Column("last_day", sa.Integer),
)

rollup_cell = sa.Table(
    "rollup_cell",
    metadata,
    _tenant(),
    _key("environment"),
    _key("day", sa.Integer),
    _key("feature"),
    _key("role"),
    _key("plan"),
    _key("event"),
    sa.Column("events", sa.BigInteger),
    sa.Column("people", sa.LargeBinary),
    sa.Column("sessions", sa.LargeBinary),
)

rollup_hour = sa.Table(
    "rollup_hour",
    metadata,
    _tenant(),
    _key("environment"),
    _key("hour", sa.Integer),
    _key("feature"),
    _key("role"),
    _key("plan"),
    sa.Column("events", sa.BigInteger),
)

rollup_day = sa.Table(
    "rollup_day",
    metadata,
    _tenant(),
    _key("environment"),
    _key("day", sa.Integer),
    sa.Column("revision", sa.BigInteger),
)
