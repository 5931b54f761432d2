"""Erasures, what each place said of them, and which are to be worked on."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from companyos.kernel.rows import Rows

from .metadata import metadata

TIME = sa.DateTime(timezone=True)

erasure = sa.Table(
    "erasure",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("key", sa.Text),
    sa.Column("subject", sa.Text),
    sa.Column("reference", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("requested_at", TIME),
    sa.Column("requested_by", sa.Text),
    sa.Column("requester", sa.Uuid),
    sa.Column("begun_at", TIME),
    sa.Column("begun_by", sa.Text),
    sa.Column("ended_at", TIME),
    sa.Column("record", sa.Uuid),
    sa.Column("elevation", JSONB(none_as_null=True)),
    sa.Column("evidence", sa.Uuid),
)

trace = sa.Table(
    "erasure_trace",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("erasure", sa.Uuid, primary_key=True),
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer),
    sa.Column("title", sa.Text),
    sa.Column("counted", sa.Text),
    sa.Column("erased", sa.BigInteger),
    sa.Column("remaining", sa.BigInteger),
    sa.Column("erased_at", TIME),
    sa.Column("proved_at", TIME),
)

due = sa.Table(
    "erasure_due",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("erasure", sa.Uuid, primary_key=True),
)

rows = (
    Rows(
        reads="data:erasure.read",
        type="data.erasure",
        tenant=erasure.c.tenant_id,
        id=erasure.c.id,
        attrs={"state": erasure.c.state, "requester": erasure.c.requester},
    ),
)
