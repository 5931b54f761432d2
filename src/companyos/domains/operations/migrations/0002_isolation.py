"""Services can be isolated, and asked to write more or less into their logs."""

import sqlalchemy as sa
from alembic import op

from companyos.kernel.migration import schema, tenant_table

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    op.add_column("service", sa.Column("isolated_at", sa.DateTime(timezone=True)), schema=schema())
    op.add_column(
        "service",
        sa.Column("isolated_because", sa.Text, nullable=False, server_default=""),
        schema=schema(),
    )
    tenant_table(
        "log_level",
        sa.Column("environment", sa.Text, primary_key=True),
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("order", sa.Uuid, nullable=False),
        sa.Column("level", sa.Text, nullable=False, comment="empty: the service's own default"),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False, server_default=""),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level in ('', 'debug', 'info', 'warning', 'error')"),
        sa.CheckConstraint("status in ('asked', 'set', 'failed')"),
    )
