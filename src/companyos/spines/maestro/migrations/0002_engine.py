"""The tables of the durable engine, in a schema of their own. They hold ids of tenants and runs, and nothing else."""

from alembic import op
from sqlalchemy import text

from companyos.kernel.tenancy import APP_ROLE, PLATFORM

revision, down_revision = "0002", "0001"

SCHEMA = "maestro_engine"
SAID = (
    PLATFORM + "Kept by DBOS, the durable engine of runs: ids of tenants and runs, and how far each has come."
)


def upgrade() -> None:
    from dbos import DBOS

    url = op.get_bind().engine.url.render_as_string(hide_password=False)
    DBOS.migrate(url, schema=SCHEMA)  # on connections of its own: parts of it cannot run in a transaction
    db = op.get_bind()
    db.execute(text(f"grant usage on schema {SCHEMA} to {APP_ROLE}"))
    db.execute(text(f"grant select, insert, update, delete on all tables in schema {SCHEMA} to {APP_ROLE}"))
    db.execute(text(f"grant usage on all sequences in schema {SCHEMA} to {APP_ROLE}"))
    db.execute(text(f"grant execute on all functions in schema {SCHEMA} to {APP_ROLE}"))
    tables = db.scalars(
        text("select tablename from pg_tables where schemaname = :schema"), {"schema": SCHEMA}
    )
    for table in tables.all():
        db.execute(text(f"comment on table {SCHEMA}.{table} is '{SAID}'"))
