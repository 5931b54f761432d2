"""The tables of the schema `notices`, as queries see them; `migrations/` makes them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from companyos.kernel.rows import Rows

metadata = sa.MetaData(schema="notices")

channel = sa.Table(
    "channel",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("to", ARRAY(sa.Text)),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("created_at", sa.DateTime(timezone=True)),
)

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("channel", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("to", ARRAY(sa.Text)),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("subject", sa.Text),
    sa.Column("text", sa.Text),
    sa.Column("status", sa.Text),
    sa.Column("actor", sa.Text),
    sa.Column("at", sa.DateTime(timezone=True)),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("said", sa.Text),
)

rows = (
    Rows(
        reads="notices:channel.read",
        type="notices.channel",
        tenant=channel.c.tenant_id,
        id=channel.c.id,
        attrs={"name": channel.c.name, "kind": channel.c.kind},
    ),
    Rows(
        reads="notices:notice.read",
        type="notices.notice",
        tenant=notice.c.tenant_id,
        id=notice.c.id,
        attrs={"channel": notice.c.channel, "status": notice.c.status},
    ),
)
"""Where policy finds what it tests of channels and notices: it filters their lists."""
