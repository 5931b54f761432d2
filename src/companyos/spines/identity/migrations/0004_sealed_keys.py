"""A key that was made by rotating waits, sealed, until somebody collects it."""

import sqlalchemy as sa
from alembic import op

from companyos.kernel.migration import schema

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    op.add_column(
        "ingest_key",
        sa.Column(
            "sealed", sa.LargeBinary, comment="the key itself until it is collected; null from then on"
        ),
        schema=schema(),
    )
