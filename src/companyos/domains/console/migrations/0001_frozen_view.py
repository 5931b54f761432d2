"""Frozen views: what a person saw, kept with who signed for it."""

import sqlalchemy as sa
from alembic import op

from companyos.kernel.migration import tenant_index, tenant_table
from companyos.kernel.tenancy import APP_ROLE

revision, down_revision = "0001", None


def upgrade() -> None:
    tenant_table(
        "frozen_view",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("environment", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False, comment="the actor, as audit records name one"),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "envelope", sa.LargeBinary, nullable=False, comment="DSSE: the context, and each part by hash"
        ),
        sa.Column(
            "content",
            sa.LargeBinary,
            nullable=False,
            comment="the parts as canonical JSON, signed one by one",
        ),
        append_only=True,
    )
    tenant_index("frozen_view", "at", "id")
    tenant_index("frozen_view", "until")
    op.execute(f"grant delete on console.frozen_view to {APP_ROLE}")  # never update: what was frozen stays so
