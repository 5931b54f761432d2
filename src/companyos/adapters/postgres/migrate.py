"""Migrations: one Alembic version line per spine or domain, each in its own schema.

The revision files of a line lie in a plain folder (`0001_service.py`, …) and need neither env.py nor
alembic.ini. A line's version is kept in `<schema>.migration`. When every line is at its head, two queries and
a look at the files are all that happens: Alembic is not even imported.
"""

import ast
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import Column, Connection, MetaData, String, Table, literal, select, text, union_all

from companyos.kernel.ports.database import Database
from companyos.kernel.tenancy import APP_ROLE, PLATFORM

from .refusal import AheadOfCode, BadLine
from .roles import LAKE_SCHEMA

log = structlog.get_logger(__name__)

LOCK = "companyos migrate"
VERSION_TABLE = "migration"


@dataclass(frozen=True, slots=True)
class Line:
    """A version line: the schema it builds and the folder that holds its revision files."""

    schema: str
    folder: Path

    def revisions(self) -> tuple[str, ...]:
        """Its revision ids, oldest first, read without importing the files. Raises BadLine."""
        after: dict[str | None, tuple[str, Path]] = {}
        for file in sorted(self.folder.glob("[0-9]*.py")):
            revision, down = _ids(file)
            if down in after:
                raise BadLine(
                    f"{file} and {after[down][1]} both follow {down or 'the beginning'}: chain them"
                )
            after[down] = revision, file
        chain: list[str] = []
        while (found := after.pop(chain[-1] if chain else None, None)) is not None:
            chain.append(found[0])
        if after:
            (down, (_, file)), *_ = after.items()
            raise BadLine(f"{file} follows {down!r}, which is no revision of {self.folder}")
        return tuple(chain)


@dataclass(frozen=True, slots=True)
class Migrated:
    """What one line went through: its revisions before and after (None: there was nothing yet)."""

    schema: str
    before: str | None
    after: str


async def pending(database: Database, lines: Iterable[Line]) -> list[Migrated]:
    """What `migrate` would do, without doing it. The application's role may look, but not migrate."""
    async with database.app.connect() as db:
        return await db.run_sync(_pending, list(lines))


async def migrate(database: Database, lines: Iterable[Line]) -> list[Migrated]:
    """Bring every line to its head, as the owner, and return what was done: nothing, most of the time.

    Each line is one transaction. Processes that start at once wait for each other and the second finds
    nothing to do. Raises BadLine and AheadOfCode before anything is changed, NotConfigured when there is
    something to do but no owner to do it.
    """
    wanted = list(lines)
    if not await pending(database, wanted):
        return []
    async with database.owner.connect() as db:
        return await db.run_sync(_migrate, wanted)


def _migrate(db: Connection, lines: Sequence[Line]) -> list[Migrated]:
    folders = {line.schema: line.folder for line in lines}
    db.execute(text("select pg_advisory_lock(hashtext(:lock))"), {"lock": LOCK})
    db.commit()
    try:
        work = _pending(db, lines)
        db.rollback()
        with db.begin():
            _schema(db, LAKE_SCHEMA, "usage, create")  # the Iceberg catalog makes its own tables there
        for step in work:
            began = time.monotonic()
            with db.begin():
                _schema(db, step.schema, "usage")
                _upgrade(db, step, folders[step.schema])
            took = round(time.monotonic() - began, 3)
            log.info(
                "database.migrated", schema=step.schema, before=step.before, after=step.after, seconds=took
            )
        return work
    finally:
        db.rollback()
        db.execute(text("select pg_advisory_unlock(hashtext(:lock))"), {"lock": LOCK})
        db.commit()


def _pending(db: Connection, lines: Sequence[Line]) -> list[Migrated]:
    now = _versions(db, [line.schema for line in lines])
    steps = []
    for line in lines:
        known = line.revisions()
        version = now.get(line.schema)
        if version is not None and version not in known:
            raise AheadOfCode(
                f"schema {line.schema} is at revision {version}, which this CompanyOS does not know: "
                "a newer one has migrated it. Start that one, or restore a backup made before"
            )
        if known and version != known[-1]:
            steps.append(Migrated(line.schema, version, known[-1]))
    return steps


def _versions(db: Connection, schemas: Sequence[str]) -> Mapping[str, str]:
    found = text("select schemaname from pg_tables where tablename = :table and schemaname = any(:schemas)")
    have = db.scalars(found, {"table": VERSION_TABLE, "schemas": list(schemas)}).all()
    if not have:
        return {}
    tables = [Table(VERSION_TABLE, MetaData(), Column("version_num", String), schema=name) for name in have]
    each = (select(literal(table.schema), table.c.version_num) for table in tables)
    return {schema: version for schema, version in db.execute(union_all(*each))}  # noqa: C416 - of rows


def _schema(db: Connection, name: str, verbs: str) -> None:
    quoted = db.dialect.identifier_preparer.quote(name)
    db.execute(text(f"create schema if not exists {quoted}"))
    db.execute(text(f"grant {verbs} on schema {quoted} to {APP_ROLE}"))


def _upgrade(db: Connection, step: Migrated, folder: Path) -> None:
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(folder), version_locations=[str(folder)])
    options = {
        "version_table": VERSION_TABLE,
        "version_table_schema": step.schema,
        "fn": lambda at, _: script._upgrade_revs(step.after, at),  # what `alembic upgrade` itself passes
    }
    context = MigrationContext.configure(db, opts=options)
    with Operations.context(context):
        context.run_migrations()
    table = f"{db.dialect.identifier_preparer.quote(step.schema)}.{VERSION_TABLE}"
    db.execute(text(f"grant select on {table} to {APP_ROLE}"))
    db.execute(text(f"comment on table {table} is '{PLATFORM}It says which revision this schema is at.'"))


def _ids(file: Path) -> tuple[str, str | None]:
    """`revision` and `down_revision` of a revision file, from its syntax tree."""
    found: dict[str, object] = {}
    for node in ast.parse(file.read_text(), str(file)).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update(_constants(targets[0], node.value))
    revision, down = found.get("revision"), found.get("down_revision", "")
    if not isinstance(revision, str) or not (down is None or (isinstance(down, str) and down)):
        raise BadLine(f'{file} must say `revision = "…"` and `down_revision = "…"` (None for the first)')
    return revision, down


def _constants(target: ast.expr, value: ast.expr) -> dict[str, object]:
    """The names that an assignment of constants gives: of `a = 1` and of `a, b = 1, 2`."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = list(zip(target.elts, value.elts, strict=False))
    else:
        pairs = [(target, value)]
    return {t.id: v.value for t, v in pairs if isinstance(t, ast.Name) and isinstance(v, ast.Constant)}
