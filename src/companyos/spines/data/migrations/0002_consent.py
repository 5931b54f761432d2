"""What people agreed to; what they chose before is in the audit trail."""

import sqlalchemy as sa

from companyos.kernel.migration import tenant_index, tenant_table

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    tenant_table(
        "consent",
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("scope", sa.Text, primary_key=True, comment="what it is asked for: product_analytics"),
        sa.Column("given", sa.Boolean, nullable=False, comment="false: refused or withdrawn"),
        sa.Column("once", sa.Boolean, nullable=False, comment="whether it was ever given"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    tenant_index("consent", "scope", where="once and not given")
