"""Elevations: who asked to do more for a time, what exactly, who said yes, and how it ended."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from companyos.kernel.migration import THIS_PERSON, tenant_index, tenant_table

revision, down_revision = "0003", "0002"


def instant(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def upgrade() -> None:
    tenant_table(
        "elevation",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid),
        text("person"),
        text("kind"),
        text("role"),
        text("action"),
        text("resource"),
        text("title"),
        sa.Column("input", JSONB, nullable=False, server_default="{}"),
        sa.Column("preview", JSONB),
        text("plan"),
        text("environment"),
        sa.Column("minutes", sa.Integer, nullable=False),
        text("reason"),
        sa.Column("break_glass", sa.Boolean, nullable=False, server_default="false"),
        text("state"),
        instant("requested_at"),
        sa.Column("decided_by", sa.Uuid),
        text("decided_by_name"),
        instant("decided_at", nullable=True),
        text("note"),
        instant("started_at", nullable=True),
        instant("ends_at"),
        instant("seen_at"),
        sa.Column("extended", sa.Integer, nullable=False, server_default="0"),
        instant("ended_at", nullable=True),
        text("why"),
        sa.Column("reviewed_by", sa.Uuid),
        text("reviewed_by_name"),
        instant("reviewed_at", nullable=True),
        text("verdict"),
        also_visible=THIS_PERSON,
    )
    tenant_index("elevation", "person_id", "state")
    tenant_index("elevation", "requested_at", "id")
    tenant_index("elevation", "ends_at", where="state in ('requested', 'approved')")
