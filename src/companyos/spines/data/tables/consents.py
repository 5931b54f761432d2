"""What people agreed to."""

import sqlalchemy as sa

from .metadata import metadata

consent = sa.Table(
    "consent",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("given", sa.Boolean),
    sa.Column("once", sa.Boolean),
    sa.Column("since", sa.DateTime(timezone=True)),
)
