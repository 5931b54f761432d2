"""Channels, and the notices that were told over them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from companyos.kernel.migration import tenant_index, tenant_table

revision, down_revision = "0001", None


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def upgrade() -> None:
    tenant_table(
        "channel",
        sa.Column("id", sa.Uuid, primary_key=True),
        text("name"),
        text("kind"),
        sa.Column("to", ARRAY(sa.Text), nullable=False),
        sa.Column("sealed", sa.LargeBinary, comment="the room's URL, sealed; null for mail"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('mail', 'chat')"),
        sa.CheckConstraint("(kind = 'chat') = (sealed is not null)"),
    )
    tenant_index("channel", "name", unique=True)
    tenant_table(
        "notice",
        sa.Column("id", sa.Uuid, primary_key=True),
        text("channel"),
        text("kind"),
        sa.Column("to", ARRAY(sa.Text), nullable=False),
        sa.Column("sealed", sa.LargeBinary, comment="the room's URL while the notice waits"),
        text("subject"),
        text("text"),
        text("status"),
        text("actor"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("said", sa.Text, nullable=False, server_default=""),
        sa.CheckConstraint("status in ('queued', 'sent', 'failed')"),
    )
    tenant_index("notice", "at", "id")
