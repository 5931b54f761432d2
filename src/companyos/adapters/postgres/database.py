"""The Database port on PostgreSQL: the embedded server for `pg+embedded:`, anybody's for `postgresql://`."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import AsyncConnection
from sqlalchemy import URL, NullPool, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from companyos.kernel.problems import Unavailable
from companyos.kernel.tenancy import APP_ROLE, OWNER_ROLE

from .embedded import EmbeddedPostgres
from .refusal import NotConfigured
from .roles import DATABASE, LAKE_SCHEMA, check_app_role, provision

EMBEDDED_SCHEME = "pg+embedded"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many connections and how much patience. Times in seconds; 0 means no limit, as in PostgreSQL.

    `pool` connections are kept, `overflow` more opened under load; `wait` is the patience for a free one.
    """

    pool: int = 10
    overflow: int = 10
    wait: float = 10.0
    connect: float = 10.0
    statement: float = 30.0
    lock: float = 10.0
    idle_in_transaction: float = 60.0

    def options(self) -> dict[str, str]:
        """As PostgreSQL run-time parameters of an application session."""
        seconds = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle_in_transaction,
        }
        return {name: str(int(value * 1000)) for name, value in seconds.items()}


@dataclass(slots=True)
class PostgresDatabase:
    """One database, two roles. `server` is the embedded server, or None for an own cluster.

    The URLs name the application's role and the owner of the schemas; those of an embedded server are known
    once it has started, so everything but `start` raises RuntimeError before that.
    """

    limits: Limits
    server: EmbeddedPostgres | None = None
    app_url: URL | None = None
    owner_url: URL | None = None
    _app: AsyncEngine | None = field(default=None, init=False)
    _owner: AsyncEngine | None = field(default=None, init=False)

    @property
    def app(self) -> AsyncEngine:
        """Engine of the application's role, bound by row-level security."""
        if self._app is None:
            raise RuntimeError("the database is not started")
        return self._app

    @property
    def owner(self) -> AsyncEngine:
        """Engine of the role that owns the schemas. Raises NotConfigured for a cluster without its URL."""
        if self._owner is None and self._app is not None:
            raise NotConfigured(
                "migrations need the role that owns the schemas: set COMPANYOS_DATABASE_OWNER to "
                f"postgresql://{OWNER_ROLE}:…@host/database"
            )
        if self._owner is None:
            raise RuntimeError("the database is not started")
        return self._owner

    @property
    def catalog_url(self) -> str:
        """Application's role, synchronous psycopg, with search_path on the schema `lake`."""
        url = with_options(self._url(self.app_url), {"search_path": LAKE_SCHEMA})
        return url.render_as_string(hide_password=False)

    async def start(self) -> None:
        """Start or attach to the server, see to the roles, and prove them. Raises UnsafeRole."""
        if self._app is not None:
            return
        if self.server is not None:
            await asyncio.to_thread(self._start_server, self.server)
        limits = self.limits
        app = self._url(self.app_url)
        try:
            connection = await AsyncConnection.connect(libpq(app), connect_timeout=int(limits.connect))
        except psycopg.OperationalError as error:
            where = f"{app.host or 'a local socket'}:{app.port or 5432}"
            raise Unavailable(
                f"No PostgreSQL answers at {where} as COMPANYOS_DATABASE names it: {str(error).splitlines()[-1]}"
            ) from None
        async with connection as db:
            await check_app_role(db)
        self._app = create_async_engine(
            with_options(app, limits.options()),
            pool_size=limits.pool,
            max_overflow=limits.overflow,
            pool_timeout=limits.wait,
            pool_pre_ping=True,  # a restarted server costs a reconnect, not a failed request
            connect_args={"connect_timeout": int(limits.connect)},
            # `insert … on conflict do nothing` must say whether it inserted: idempotency and inbox rest on it
            execution_options={"preserve_rowcount": True},
        )
        if self.owner_url is not None:
            self._owner = create_async_engine(self.owner_url, poolclass=NullPool)

    async def stop(self) -> None:
        """Close the connections; an embedded server that this process owns goes down."""
        for engine in (self._app, self._owner):
            if engine is not None:
                await engine.dispose()
        self._app = self._owner = None
        if self.server is not None:
            await asyncio.to_thread(self.server.stop)

    async def ready(self) -> None:
        """Return when a query succeeds, within the patience for a connection. Raises what went wrong."""
        async with asyncio.timeout(self.limits.connect), self.app.connect() as db:
            await db.execute(text("select 1"))

    def _start_server(self, server: EmbeddedPostgres) -> None:
        server.start()
        with psycopg.connect(libpq(server.url()), autocommit=True) as admin:
            provision(admin)
        self.app_url, self.owner_url = server.url(APP_ROLE, DATABASE), server.url(OWNER_ROLE, DATABASE)

    def _url(self, url: URL | None) -> URL:
        if url is None:
            raise RuntimeError("the database is not started")
        return url


def open_database(
    url: str,
    *,
    data: Path,
    owner_url: str = "",
    limits: Limits | None = None,
    configuration: Mapping[str, str] | None = None,
    on_restart: Callable[[int], None] | None = None,
) -> PostgresDatabase:
    """The database that a URL chooses; nothing is started or connected yet.

    `pg+embedded:` keeps its files in `data/postgres` and takes `configuration` (postgresql.conf values) and
    `on_restart` (see EmbeddedPostgres). `postgresql://…` connects as the application's role and, for
    migrations, as the role in `owner_url`. Raises NotConfigured for anything else.
    """
    limits = limits or Limits()
    if url.split(":", 1)[0] == EMBEDDED_SCHEME:
        server = embedded_server(data)
        server.configuration = configuration or server.configuration
        server.on_restart = on_restart or server.on_restart
        return PostgresDatabase(limits, server)
    owner = _cluster_url("COMPANYOS_DATABASE_OWNER", owner_url) if owner_url else None
    return PostgresDatabase(limits, None, _cluster_url("COMPANYOS_DATABASE", url), owner)


def embedded_server(data: Path) -> EmbeddedPostgres:
    """The embedded server of a data directory; not started yet."""
    return EmbeddedPostgres(data / "postgres")


def with_options(url: URL, parameters: Mapping[str, str]) -> URL:
    """The URL with run-time parameters that its sessions start with, kept besides those it has."""
    had = url.query.get("options", "")
    said = [had] if isinstance(had, str) else list(had)
    added = [f"-c{name}={value}" for name, value in parameters.items()]
    return url.update_query_dict({"options": " ".join(filter(None, [*said, *added]))})


def libpq(url: URL) -> str:
    """A URL as psycopg and the PostgreSQL programs take it: there a space is %20, never +."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False).replace("+", "%20")


def _cluster_url(setting: str, value: str) -> URL:
    try:
        url = make_url(value)
    except ArgumentError:
        raise NotConfigured(f"{setting} is no URL: write postgresql://role:password@host/database") from None
    if url.drivername not in ("postgresql", "postgresql+psycopg"):
        raise NotConfigured(
            f"{setting} has scheme {url.drivername!r}: use `pg+embedded:` or `postgresql://…`"
        )
    return url.set(drivername="postgresql+psycopg")
