"""Erasures: who is to be forgotten, what each place said, and which are to be worked on."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from companyos.kernel.migration import tenant_index, tenant_table

revision, down_revision = "0003", "0002"

TIME = sa.DateTime(timezone=True)


def text(name: str, **more: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, comment=more.get("comment"))


def upgrade() -> None:
    tenant_table(
        "erasure",
        sa.Column("id", sa.Uuid, primary_key=True),
        text("key", comment="the pseudonym; empty once nothing from before can come in any more"),
        text("subject", comment="the fingerprint by which records name the person"),
        text("reference"),
        text("state"),
        sa.Column("requested_at", TIME, nullable=False),
        text("requested_by"),
        sa.Column("requester", sa.Uuid, comment="the person who requested it; null for a service account"),
        sa.Column("begun_at", TIME),
        text("begun_by"),
        sa.Column("ended_at", TIME),
        sa.Column("record", sa.Uuid, comment="the audit record of the act"),
        sa.Column("elevation", JSONB, comment="the elevation that the act stood on"),
        sa.Column("evidence", sa.Uuid, comment="the evidence pack with the certificate"),
    )
    tenant_index("erasure", "key", where="key <> ''")
    tenant_index("erasure", "requested_at", "id")
    tenant_table(
        "erasure_trace",
        sa.Column("erasure", sa.Uuid, primary_key=True),
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        text("title"),
        text("counted"),
        sa.Column("erased", sa.BigInteger, nullable=False),
        sa.Column("remaining", sa.BigInteger),
        sa.Column("erased_at", TIME),
        sa.Column("proved_at", TIME),
    )
    # The job looks for work in every tenant; it says so, and then sees which tenants have erasures on their way.
    tenant_table(
        "erasure_due",
        sa.Column("erasure", sa.Uuid, primary_key=True),
        also_visible="current_setting('companyos.erasing', true) = 'on'",
    )
