"""What revision files are written with: tables that keep tenants apart, and the few that belong to no tenant.

A revision file is plain; its schema is the name of the spine or domain whose `migrations/` holds it:

    import sqlalchemy as sa
    from companyos.kernel.migration import tenant_table

    revision, down_revision = "0001", None

    def upgrade() -> None:
        tenant_table(
            "service",
            sa.Column("id", sa.Uuid, primary_key=True),
            sa.Column("name", sa.Text, nullable=False),
        )

Row-level security is forced, so it binds the owner of the tables as well. The application's role gets exactly
the verbs that a table is declared with; it is never the owner.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from .tenancy import APP_ROLE, PLATFORM, THIS_PERSON, THIS_TENANT

__all__ = ["THIS_PERSON", "every_tenant", "platform_table", "schema", "tenant_index", "tenant_table"]


def tenant_table(
    name: str, *items: SchemaItem, append_only: bool = False, also_visible: str | None = None
) -> None:
    """Create a table whose rows belong to tenants, with `tenant_id uuid not null` put first.

    `items` are columns, constraints and indexes. The primary key is tenant-first: `tenant_id`, then
    the columns marked `primary_key=True`; at least one must be. Only rows of the transaction's tenant can be seen or
    written; `also_visible` is a further SQL condition under which rows can be seen (not written), such as
    THIS_PERSON. `append_only` leaves the application's role SELECT and INSERT.
    """
    keys = [item for item in items if isinstance(item, sa.Column) and item.primary_key]
    if not keys:
        raise ValueError(
            f"table {name} has no key: mark a column with primary_key=True (tenant_id goes first)"
        )
    if any(isinstance(item, sa.Column) and item.name == "tenant_id" for item in items):
        raise ValueError(f"table {name} declares tenant_id itself: leave it out, tenant_table puts it first")
    table = _create(name, sa.Column("tenant_id", sa.Uuid, primary_key=True), *items)
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy tenant on {table} using ({THIS_TENANT}) with check ({THIS_TENANT})")
    if also_visible:
        op.execute(f"create policy also_visible on {table} for select using ({also_visible})")
    _grant(table, append_only)


def platform_table(name: str, *items: SchemaItem, because: str, append_only: bool = False) -> None:
    """Create a table that belongs to no tenant. `because` says why and is kept as the table's comment."""
    if not because.strip():
        raise ValueError(f"table {name} belongs to no tenant: say why in `because`")
    table = _create(name, *items, comment=PLATFORM + because)
    _grant(table, append_only)


def tenant_index(table: str, *columns: str, unique: bool = False, where: str | None = None) -> None:
    """Create an index on `tenant_id` and then the columns. `where` makes it partial."""
    op.create_index(
        f"{'uq' if unique else 'ix'}_{table}_{'_'.join(columns)}",
        table,
        ["tenant_id", *columns],
        schema=schema(),
        unique=unique,
        postgresql_where=sa.text(where) if where else None,
    )


@contextmanager
def every_tenant(table: str) -> Iterator[None]:
    """For a migration that changes rows: within it the owner of the table sees the rows of every tenant."""
    full = _quoted(table)
    op.execute(f"alter table {full} no force row level security")
    yield  # on an error the transaction rolls back, and with it this lifting
    op.execute(f"alter table {full} force row level security")


def schema() -> str:
    """The schema of the migration line that is running."""
    name: str | None = op.get_context().version_table_schema
    if name is None:
        raise RuntimeError("this runs only inside a migration of CompanyOS (`companyos migrate`)")
    return name


def _create(name: str, *items: SchemaItem, comment: str | None = None) -> str:
    op.create_table(name, *items, schema=schema(), comment=comment)
    return _quoted(name)


def _grant(table: str, append_only: bool) -> None:
    verbs = "select, insert" if append_only else "select, insert, update, delete"
    op.execute(f"grant {verbs} on {table} to {APP_ROLE}")


def _quoted(name: str) -> str:
    quote = op.get_context().dialect.identifier_preparer.quote
    return f"{quote(schema())}.{quote(name)}"
