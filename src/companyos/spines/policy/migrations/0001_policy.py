"""Policies that tenants add: proposals, applied versions; and every set of the house that ever decided."""

import sqlalchemy as sa

from companyos.kernel.migration import platform_table, tenant_index, tenant_table

revision, down_revision = "0001", None


def text(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=nullable)


def upgrade() -> None:
    platform_table(
        "house",
        sa.Column("version", sa.Text, primary_key=True),
        text("content"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        because="The policies that ship with CompanyOS are the same for all tenants.",
        append_only=True,
    )
    tenant_table(
        "proposal",
        sa.Column("id", sa.Uuid, primary_key=True),
        text("content"),
        text("own_hash"),
        text("hash"),
        text("why"),
        sa.Column("after", sa.Integer, nullable=False),
        sa.Column("restores", sa.Integer),
        text("author"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        text("house"),
        text("simulation"),
        text("state"),
        sa.Column("applied_as", sa.Integer),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
    )
    tenant_index("proposal", "at", "id")
    tenant_table(
        "version",
        sa.Column("number", sa.Integer, primary_key=True),
        text("content"),
        text("own_hash"),
        text("why"),
        sa.Column("proposal", sa.Uuid, nullable=False),
        sa.Column("restores", sa.Integer),
        text("author"),
        text("applied_by"),
        text("approved_by"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.Uuid, nullable=False),
        sa.Column("evidence", sa.Uuid, nullable=False),
        append_only=True,
    )
