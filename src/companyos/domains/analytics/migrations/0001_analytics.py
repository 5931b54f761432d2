"""What analytics keeps in PostgreSQL: budgets of bytes and how they are used."""

import sqlalchemy as sa

from companyos.kernel.migration import tenant_table

revision, down_revision = "0001", None


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    budgets()


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
