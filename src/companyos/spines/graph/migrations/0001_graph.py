"""Entities and relations with both times, and the words that search finds entities by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from companyos.kernel.migration import schema, tenant_index, tenant_table

revision, down_revision = "0001", None

BELIEVED = "recorded_to is null"


def text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False)


def name(name: str) -> sa.Column:
    """A part of a name: compared by code point, which is several times faster than by a language's order."""
    return sa.Column(name, sa.Text(collation="C"), nullable=False)


def times() -> tuple[sa.Column, ...]:
    def time(name: str, nullable: bool) -> sa.Column:
        return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)

    return (
        time("valid_from", False),
        time("valid_to", True),
        time("recorded_from", False),
        time("recorded_to", True),
    )


def in_order() -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint("valid_from < valid_to", name="valid_in_order"),
        sa.CheckConstraint("recorded_from < recorded_to", name="recorded_in_order"),
    )


def changes(table: str) -> None:
    """What "what changed" reads by: starts and ends of what is believed, and when it came to be believed."""
    tenant_index(table, "valid_from", "row", where=BELIEVED)
    tenant_index(table, "valid_to", "row", where=f"{BELIEVED} and valid_to is not null")
    tenant_index(table, "recorded_from", "row")


def upgrade() -> None:
    tenant_table(
        "entity",
        sa.Column("row", sa.Uuid, primary_key=True),
        name("type"),
        name("id"),
        text("title"),
        sa.Column("attrs", JSONB, nullable=False, server_default="{}"),
        *times(),
        *in_order(),
    )
    tenant_index("entity", "type", "id", "recorded_to", "valid_from")
    changes("entity")

    tenant_table(
        "relation",
        sa.Column("row", sa.Uuid, primary_key=True),
        name("from_type"),
        name("from_id"),
        name("kind"),
        name("to_type"),
        name("to_id"),
        sa.Column("spreads", sa.Boolean, nullable=False),
        *times(),
        *in_order(),
    )
    tenant_index("relation", "from_type", "from_id", "recorded_to")
    tenant_index("relation", "to_type", "to_id", "recorded_to")
    # Blast radius reads this index alone, never the table.
    op.create_index(
        "ix_relation_spreading",
        "relation",
        ["tenant_id", "to_type", "to_id"],
        schema=schema(),
        postgresql_include=["from_type", "from_id", "valid_from", "valid_to"],
        postgresql_where=sa.text(f"spreads and {BELIEVED}"),
    )
    changes("relation")

    tenant_table(
        "word",
        sa.Column("type", sa.Text(collation="C"), primary_key=True),
        sa.Column("id", sa.Text(collation="C"), primary_key=True),
        # Compared by code point, so that an index range is a prefix in every language.
        sa.Column("suffix", sa.Text(collation="C"), primary_key=True),
        sa.Column("place", sa.SmallInteger, nullable=False),
    )
    tenant_index("word", "place", "suffix", "type", "id")
