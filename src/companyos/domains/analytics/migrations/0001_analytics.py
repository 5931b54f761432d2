"""What analytics keeps in PostgreSQL: budgets of bytes and how they are used."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from companyos.kernel.migration import platform_table, tenant_index, tenant_table

revision, down_revision = "0001", None


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def number(name: str, comment: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, comment=comment)


def upgrade() -> None:
    budgets()
    repairs()
    rollups()


def budgets() -> None:
    tenant_table(
        "budget",
        sa.Column("holder", sa.Text, primary_key=True, comment="tenant, person (each) or person:<id>"),
        sa.Column("bytes", sa.BigInteger, nullable=False, comment="that questions may read in a day"),
        text("set_by"),
        moment("set_at"),
        sa.CheckConstraint("bytes >= 0"),
    )
    tenant_table(
        "usage",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("actor", sa.Text, primary_key=True),
        sa.Column("questions", sa.BigInteger, nullable=False),
        sa.Column("quoted", sa.BigInteger, nullable=False),
        sa.Column("spent", sa.BigInteger, nullable=False),
    )


def rollups() -> None:
    platform_table(
        "rollup_position",
        sa.Column("topic", sa.Text, primary_key=True),
        number("upto"),
        because="it says how far the stream, which carries all tenants' events, has been counted",
    )
    tenant_table(
        "rollup",
        sa.Column("topic", sa.Text, primary_key=True),
        number("upto", "offset in the stream up to which this tenant's events are counted"),
        number("people", "the last number that was given to a person"),
        number("sessions", "the last number that was given to a session"),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
    )
    tenant_table(
        "rollup_name",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True, comment="a pseudonym, or the id of a device or session"),
        sa.Column("number", sa.BigInteger, nullable=False, comment="what stands for it in sets"),
        sa.Column("last_day", sa.Integer, nullable=False, comment="days since 1970-01-01"),
        sa.CheckConstraint("kind in ('person', 'session')", name="known_kind"),
    )
    tenant_table(
        "rollup_cell",
        sa.Column("environment", sa.Text, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True, comment="days since 1970-01-01"),
        sa.Column("feature", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, primary_key=True),
        sa.Column("plan", sa.Text, primary_key=True),
        sa.Column("event", sa.Text, primary_key=True),
        number("events"),
        sa.Column("people", sa.LargeBinary, nullable=False, comment="a roaring bitmap of numbers"),
        sa.Column("sessions", sa.LargeBinary, nullable=False, comment="a roaring bitmap of numbers"),
    )
    tenant_table(
        "rollup_hour",
        sa.Column("environment", sa.Text, primary_key=True),
        sa.Column("hour", sa.Integer, primary_key=True, comment="hours since 1970-01-01T00:00Z"),
        sa.Column("feature", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, primary_key=True),
        sa.Column("plan", sa.Text, primary_key=True),
        number("events"),
    )
    tenant_table(
        "rollup_day",
        sa.Column("environment", sa.Text, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True, comment="days since 1970-01-01"),
        number("revision", "grows whenever a cell of the day changes"),
    )


def repairs() -> None:
    tenant_table(
        "repair",
        sa.Column("id", sa.Uuid, primary_key=True),
        text("environment"),
        text("title"),
        sa.Column("selection", JSONB, nullable=False, comment="which dead letters"),
        sa.Column("operations", JSONB, nullable=False, comment="what is done to each, in order"),
        text("state"),
        number("letters", "as it was proposed: how many were looked at"),
        number("recovers", "as it was proposed: how many would be accepted"),
        text("proposed_by"),
        moment("proposed_at"),
        sa.Column("ordered_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("evidence", sa.Uuid),
        sa.Column("replayed", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("repeated", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("refused", sa.BigInteger, nullable=False, server_default="0"),
        sa.CheckConstraint("state in ('proposed', 'ordered', 'replayed')", name="known_state"),
    )
    tenant_index("repair", "environment", "proposed_at", "id")
    tenant_table(
        "repaired_letter",
        sa.Column("letter", sa.Text, primary_key=True),
        sa.Column("repair", sa.Uuid, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False, comment="ordered, replayed, repeated"),
        moment("came_at"),
        sa.CheckConstraint("outcome in ('ordered', 'replayed', 'repeated')", name="known_outcome"),
    )
    tenant_index("repaired_letter", "came_at")
    tenant_index("repaired_letter", "repair")
    tenant_table(
        "feedback",
        sa.Column("environment", sa.Text, primary_key=True),
        sa.Column("producer", sa.Text, primary_key=True),
        text("url"),
        sa.Column("key_id", sa.Text, nullable=False, comment="the key of the ring that the secret hangs on"),
        text("set_by"),
        moment("set_at"),
        sa.Column("told_at", sa.DateTime(timezone=True), comment="when a message was ordered last"),
        sa.Column("upto", sa.DateTime(timezone=True), nullable=False, comment="letters until then were told"),
        sa.Column("said", sa.Text, nullable=False, server_default="", comment="what the other side answered"),
    )
