"""Configuration of an embedded server: durable, private, and small enough for a laptop.

Every value can be overridden by the `configuration` argument of EmbeddedPostgres. The three files are written
anew at each start, so a data directory that moved to another machine or account starts with what fits there.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from .account import Account

DEFAULTS: Mapping[str, str] = {
    # durable: an acknowledged commit survives kill -9 and power loss
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # small: some 60 MB resident when idle
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_connections": "80",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "1",
    "autovacuum_max_workers": "2",
    "max_logical_replication_workers": "0",
    "io_method": "sync",
    "jit": "off",
    "huge_pages": "off",
    # one server without standbys: the least write-ahead log
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "80MB",
    "max_wal_size": "512MB",
    # private: no network, a socket in a directory of mode 0700
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # the log tells what happened and never whose data it happened to
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "client_encoding": "utf8",
}

HBA = """\
# Written by CompanyOS at each start. Only over the socket, only for the accounts in pg_ident.conf.
local all all peer map=companyos
"""


def write_configuration(
    data: Path, account: Account, socket: Path, extra: Mapping[str, str], people: tuple[str, ...]
) -> None:
    """Write postgresql.conf, pg_hba.conf and pg_ident.conf. `people` are the OS users who may connect."""
    values = {**DEFAULTS, "unix_socket_directories": str(socket), **extra}
    settings = "".join(f"{name} = {quoted(value)}\n" for name, value in values.items())
    _write(
        data / "postgresql.conf",
        f"# Written by CompanyOS at each start: edits are lost.\n{settings}",
        account,
    )
    _write(data / "pg_hba.conf", HBA, account)
    idents = "".join(f'companyos "{name}" all\n' for name in people)
    _write(
        data / "pg_ident.conf", f"# Written by CompanyOS at each start: edits are lost.\n{idents}", account
    )


def quoted(value: str) -> str:
    """A value as postgresql.conf wants it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _write(path: Path, text: str, account: Account) -> None:
    # Root writes into a directory of an unprivileged account: O_EXCL and rename never follow a link laid there.
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    account.owns(fresh)
    os.replace(fresh, path)
