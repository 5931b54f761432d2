"""Outbox, inbox, and the answers given to idempotent requests."""

import sqlalchemy as sa
from alembic import op

from companyos.kernel.migration import platform_table, tenant_index, tenant_table

revision, down_revision = "0001", None


def upgrade() -> None:
    tenant_table(
        "outbox",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("environment", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("trace_id", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text),
    )
    # The relay delivers for every tenant; it says so, and then sees this one table whole.
    op.execute("create policy relay on app.outbox using (current_setting('companyos.relay', true) = 'on')")
    op.execute("create index ix_outbox_due on app.outbox (next_at, id) where parked_at is null")

    tenant_table(
        "inbox",
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("reaction", sa.Text, primary_key=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
    )
    tenant_index("inbox", "done_at")

    tenant_table(
        "answered",
        sa.Column("actor", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("request_hash", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("content_type", sa.Text),
        sa.Column("etag", sa.Text),
        sa.Column("body", sa.LargeBinary),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    tenant_index("answered", "at")

    platform_table(
        "installation",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        because="what was done once for this installation, such as seeding the demo",
    )
