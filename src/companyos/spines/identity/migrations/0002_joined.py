"""What a tenant called somebody when it invited them, and when they came.

Until somebody has signed in to a tenant, it sees of them what it said itself, and nothing of their account.
"""

import sqlalchemy as sa
from alembic import op

from companyos.kernel.migration import every_tenant

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    op.add_column("membership", sa.Column("name", sa.Text), schema="identity")
    op.add_column("membership", sa.Column("joined_at", sa.DateTime(timezone=True)), schema="identity")
    with every_tenant("membership"):
        op.execute(
            "update identity.membership m set name = p.name, joined_at = m.created_at"
            " from identity.person p where p.id = m.person_id"
        )
    op.alter_column("membership", "name", nullable=False, schema="identity")
