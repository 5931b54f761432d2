"""The ledger and its packs. The application can add to them and change nothing."""

import sqlalchemy as sa
from alembic import op

from companyos.kernel.migration import tenant_index, tenant_table

revision, down_revision = "0001", None


def upgrade() -> None:
    tenant_table(
        "decision",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("allowed", sa.Boolean, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        append_only=True,
    )
    tenant_index("decision", "at", "id")

    tenant_table(
        "record",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("environment", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("trace", sa.Text, nullable=False),
        sa.Column("decision_id", sa.Uuid),
        sa.Column("decision_sha256", sa.Text),
        append_only=True,
    )
    tenant_index("record", "at", "id")
    tenant_index("record", "subject", "at", "id")
    tenant_index("record", "actor", "at", "id")
    tenant_index("record", "action", "at", "id")

    # Committed records that have no place in the tree yet, with their leaf hashes. `number` keeps the records of
    # one transaction in the order of their acts; gaps and late commits in it mean nothing.
    tenant_table(
        "pending",
        sa.Column("record_id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    tenant_table(
        "leaf",
        sa.Column("index", sa.BigInteger, primary_key=True),
        sa.Column("record_id", sa.Uuid, nullable=False),
        append_only=True,
    )
    tenant_index("leaf", "record_id", unique=True)
    tenant_table(
        "node",
        sa.Column("level", sa.SmallInteger, primary_key=True),
        sa.Column("index", sa.BigInteger, primary_key=True),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        append_only=True,
    )
    tenant_table(
        "checkpoint",
        sa.Column("size", sa.BigInteger, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        append_only=True,
    )

    tenant_table(
        "pack",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("record_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        append_only=True,
    )
    tenant_index("pack", "at", "id")
    tenant_index("pack", "record_id")
    # What a pack that is not sealed yet will hold beside its record: an archive of the attachments.
    tenant_table(
        "draft",
        sa.Column("pack_id", sa.Uuid, primary_key=True),
        sa.Column("attachments", sa.LargeBinary, nullable=False),
    )
    tenant_table(
        "sealed",
        sa.Column("pack_id", sa.Uuid, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        append_only=True,
    )
    # Zip contents do not compress again; keep PostgreSQL from trying.
    op.execute("alter table evidence.sealed alter column content set storage external")

    for queue in ("pending", "draft"):
        op.execute(f"revoke update on evidence.{queue} from companyos_app")
        # The sequencer looks for work in every tenant; it says so, and then sees which tenants wait.
        op.execute(
            f"create policy sequencer on evidence.{queue} for select "
            "using (current_setting('companyos.sequencer', true) = 'on')"
        )
