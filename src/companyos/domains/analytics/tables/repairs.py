"""The tables of repairs and of feedback to producers."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from companyos.kernel.rows import Rows

from .postgres import metadata

repair = sa.Table(
    "repair",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("environment", sa.Text),
    sa.Column("title", sa.Text),
    sa.Column("selection", JSONB),
    sa.Column("operations", JSONB),
    sa.Column("state", sa.Text),
    sa.Column("letters", sa.BigInteger),
    sa.Column("recovers", sa.BigInteger),
    sa.Column("proposed_by", sa.Text),
    sa.Column("proposed_at", sa.DateTime(timezone=True)),
    sa.Column("ordered_at", sa.DateTime(timezone=True)),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("evidence", sa.Uuid),
    sa.Column("replayed", sa.BigInteger),
    sa.Column("repeated", sa.BigInteger),
    sa.Column("refused", sa.BigInteger),
)

repaired_letter = sa.Table(
    "repaired_letter",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("letter", sa.Text, primary_key=True),
    sa.Column("repair", sa.Uuid),
    sa.Column("outcome", sa.Text),
    sa.Column("came_at", sa.DateTime(timezone=True)),
)

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("environment", sa.Text, primary_key=True),
    sa.Column("producer", sa.Text, primary_key=True),
    sa.Column("url", sa.Text),
    sa.Column("key_id", sa.Text),
    sa.Column("set_by", sa.Text),
    sa.Column("set_at", sa.DateTime(timezone=True)),
    sa.Column("told_at", sa.DateTime(timezone=True)),
    sa.Column("upto", sa.DateTime(timezone=True)),
    sa.Column("said", sa.Text),
)

repair_rows = Rows(
    reads="analytics:repair.read",
    type="analytics.repair",
    tenant=repair.c.tenant_id,
    id=repair.c.id,
    attrs={"state": repair.c.state, "environment": repair.c.environment},
)
"""Where policy finds what it tests of repairs."""

feedback_rows = Rows(
    reads="analytics:feedback.read",
    type="analytics.feedback",
    tenant=feedback.c.tenant_id,
    id=feedback.c.environment + "/" + feedback.c.producer,
    attrs={"producer": feedback.c.producer, "environment": feedback.c.environment},
)
"""Where policy finds what it tests of feedback to producers."""
