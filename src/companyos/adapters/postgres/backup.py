"""Backup and restore of an embedded database: one file in PostgreSQL's own custom dump format.

A backup is a consistent snapshot taken while CompanyOS runs. `pg_restore` of the same or a later major version
can read it, but does not notice when its end is missing: so the last line is the SHA-256 of all before it, which
`pg_restore` passes over. An own cluster is backed up with its own tools: see docs/runbooks/backup-and-restore.md.
"""

import hashlib
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
import structlog
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from .binaries import wheel
from .cluster import SUPERUSER, clean_environment
from .database import EMBEDDED_SCHEME, embedded_server, libpq
from .embedded import EmbeddedPostgres
from .refusal import BackupFailed
from .roles import DATABASE, create_database, provision_roles

log = structlog.get_logger(__name__)

SEAL = b"\ncompanyos backup, sha256 of all before: "
RESTORING, REPLACED = f"{DATABASE}_restoring", f"{DATABASE}_replaced"


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that was written or read back: its size in bytes, how many tables it holds, how long it took."""

    file: Path
    size: int
    tables: int
    seconds: float


def server_of(url: str, data: Path, *, new: bool = False) -> EmbeddedPostgres:
    """The embedded server that `backup` and (with `new`) `restore` work on; not started yet.

    `url` is COMPANYOS_DATABASE. Raises BackupFailed for an own cluster and, unless `new`, when the data
    directory holds no database: a mistyped directory must not become an empty backup.
    """
    if url.split(":", 1)[0] != EMBEDDED_SCHEME:
        raise BackupFailed(
            "COMPANYOS_DATABASE names an own cluster: use its own tools (docs/runbooks/backup-and-restore.md)"
        )
    server = embedded_server(data)
    if not new and not server.cluster.data.exists():
        raise BackupFailed(f"there is no database in {data}: name the right folder with --data")
    return server


def backup(server: EmbeddedPostgres, file: Path) -> Backup:
    """Write the database to a new file of mode 0600, and read its table of contents back.

    `server` is started (or attached to). The file appears under its name only when it is whole and on disk.
    Raises BackupFailed, also rather than overwrite a file.
    """
    if file.exists():
        raise BackupFailed(f"{file} exists: name a new file, backups are never overwritten")
    if not file.parent.is_dir():
        raise BackupFailed(f"{file.parent} is no directory: create it, or name another file")
    began = time.monotonic()
    part = file.with_name(f"{file.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            dump = [
                "--format=custom",
                "--compress=gzip:6",
                f"--dbname={libpq(server.url(SUPERUSER, DATABASE))}",
            ]
            _run("pg_dump", dump, stdout=out.fileno())
        with part.open("rb+") as out:
            seal = _seal(hashlib.file_digest(out, "sha256").hexdigest())
            out.seek(0, os.SEEK_END)
            out.write(seal)
            out.flush()
            os.fsync(out.fileno())
        tables = _tables(part)
        file.open("xb").close()  # takes the name, unless somebody took it meanwhile
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(file.parent)
    done = Backup(file, file.stat().st_size, tables, round(time.monotonic() - began, 3))
    log.info("database.backed_up", file=str(file), bytes=done.size, tables=tables, seconds=done.seconds)
    return done


def restore(server: EmbeddedPostgres, file: Path, *, replace: bool = False) -> Backup:
    """Put the database back to what a backup holds.

    The backup is restored beside the present database and takes its place at once when it is whole; before
    that, nothing changes. Raises BackupFailed when CompanyOS is running on the database, when the file is no
    backup, and, unless `replace`, when the present database has tables. Restore only files you trust: a
    backup holds statements that run as the database's superuser.
    """
    began = time.monotonic()
    if not server.owned:
        raise BackupFailed(f"CompanyOS is running on {server.directory}: stop it, then restore")
    tables = _tables(file)
    with psycopg.connect(libpq(server.url()), autocommit=True) as admin:
        provision_roles(admin)
        if not replace and _has_tables(server, admin):
            raise BackupFailed(
                f"the database in {server.directory} is not empty: back it up and say --replace to give it up, "
                "or restore into a new --data directory"
            )
        _drop(admin, RESTORING)
        create_database(admin, RESTORING)
        into = [
            "--exit-on-error",
            "--single-transaction",
            f"--dbname={libpq(server.url(SUPERUSER, RESTORING))}",
        ]
        try:
            _run("pg_restore", [*into, str(file)])
            with psycopg.connect(libpq(server.url(SUPERUSER, RESTORING)), autocommit=True) as restored:
                restored.execute("analyze")
        except BaseException:
            _drop(admin, RESTORING)
            raise
        _swap(admin)
    done = Backup(file, file.stat().st_size, tables, round(time.monotonic() - began, 3))
    log.info("database.restored", file=str(file), bytes=done.size, tables=tables, seconds=done.seconds)
    return done


def _swap(admin: Connection[TupleRow]) -> None:
    rename = sql.SQL("alter database {} rename to {}")
    _drop(admin, REPLACED)
    with admin.transaction():
        if _exists(admin, DATABASE):
            admin.execute(rename.format(sql.Identifier(DATABASE), sql.Identifier(REPLACED)))
        admin.execute(rename.format(sql.Identifier(RESTORING), sql.Identifier(DATABASE)))
    _drop(admin, REPLACED)


def _drop(admin: Connection[TupleRow], name: str) -> None:
    admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _exists(admin: Connection[TupleRow], name: str) -> bool:
    return admin.execute("select from pg_database where datname = %s", (name,)).fetchone() is not None


def _has_tables(server: EmbeddedPostgres, admin: Connection[TupleRow]) -> bool:
    if not _exists(admin, DATABASE):
        return False
    tables = "select from pg_tables where schemaname not in ('pg_catalog', 'information_schema') limit 1"
    with psycopg.connect(libpq(server.url(SUPERUSER, DATABASE))) as present:
        return present.execute(tables).fetchone() is not None


def _tables(file: Path) -> int:
    """How many tables a backup holds. Raises BackupFailed when it is none, or is cut short."""
    if not file.is_file():
        raise BackupFailed(f"{file} is no file: name a file that `companyos backup` wrote")
    _check_seal(file)
    contents = _run("pg_restore", ["--list", str(file)]).splitlines()
    return sum(" TABLE DATA " in line for line in contents)


def _seal(digest: str) -> bytes:
    return SEAL + digest.encode() + b"\n"


def _check_seal(file: Path) -> None:
    length = max(0, file.stat().st_size - len(_seal("0" * 64)))
    digest, left = hashlib.sha256(), length
    with file.open("rb") as sealed:
        while left and (block := sealed.read(min(left, 1 << 20))):
            digest.update(block)
            left -= len(block)
        if sealed.read() != _seal(digest.hexdigest()):
            raise BackupFailed(
                f"{file} is damaged, cut short, or no file of `companyos backup`: use another one"
            )


def _run(program: str, arguments: list[str], stdout: int = subprocess.PIPE) -> str:
    command = [str(wheel().path(program)), *arguments]
    ran = subprocess.run(command, env=clean_environment(), stdout=stdout, stderr=subprocess.PIPE, text=True)  # noqa: S603
    if ran.returncode != 0:
        raise BackupFailed(f"{program} failed: {ran.stderr.strip()}")
    return ran.stdout or ""


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
