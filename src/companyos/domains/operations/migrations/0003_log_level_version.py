"""Log levels have a version, so that nobody overwrites what they have not read."""

import sqlalchemy as sa
from alembic import op

from companyos.kernel.migration import schema

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    op.add_column(
        "log_level", sa.Column("version", sa.Integer, nullable=False, server_default="1"), schema=schema()
    )
