"""Schemas of tenants, and every version that they ever had."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from companyos.kernel.migration import tenant_index, tenant_table

revision, down_revision = "0001", None


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=True)


def upgrade() -> None:
    tenant_table(
        "schema",
        sa.Column("name", sa.Text, primary_key=True),
        text("title"),
        text("version"),
        sa.Column("classification", sa.Text, nullable=False, comment="the strictest that any property has"),
        sa.Column("personal", sa.Boolean, nullable=False, comment="whether any property is personal data"),
        sa.Column("purposes", ARRAY(sa.Text), nullable=False),
        text("consent"),
        text("feature"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        text("changed_by"),
    )
    tenant_table(
        "schema_version",
        sa.Column("name", sa.Text, primary_key=True),
        number("model"),
        number("revision"),
        number("addition"),
        sa.Column("number", sa.BigInteger, nullable=False, comment="counts the versions of the tenant"),
        sa.Column("document", JSONB, nullable=False, comment="the JSON Schema"),
        sa.Column("hash", sa.Text, nullable=False, comment="SHA-256 of the canonical JSON (RFC 8785)"),
        text("note"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        text("author"),
        append_only=True,
    )
    tenant_index("schema_version", "number", unique=True)
