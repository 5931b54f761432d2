"""Schemas and their versions."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from companyos.kernel.rows import Rows

from .metadata import metadata

schema = sa.Table(
    "schema",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("title", sa.Text),
    sa.Column("version", sa.Text),
    sa.Column("classification", sa.Text),
    sa.Column("personal", sa.Boolean),
    sa.Column("purposes", ARRAY(sa.Text)),
    sa.Column("consent", sa.Text),
    sa.Column("feature", sa.Text),
    sa.Column("changed_at", sa.DateTime(timezone=True)),
    sa.Column("changed_by", sa.Text),
)

schema_version = sa.Table(
    "schema_version",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("model", sa.Integer, primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("addition", sa.Integer, primary_key=True),
    sa.Column("number", sa.BigInteger),
    sa.Column("document", JSONB),
    sa.Column("hash", sa.Text),
    sa.Column("note", sa.Text),
    sa.Column("at", sa.DateTime(timezone=True)),
    sa.Column("author", sa.Text),
)

rows = (
    Rows(
        reads="data:schema.read",
        type="data.schema",
        tenant=schema.c.tenant_id,
        id=schema.c.name,
        attrs={
            "name": schema.c.name,
            "classification": schema.c.classification,
            "personal": schema.c.personal,
            "builtin": sa.false(),
        },
    ),
)
"""Where policy finds what it tests of schemas: it filters their list. Those of CompanyOS itself are in no table."""
