"""The database: PostgreSQL, embedded or anybody's cluster."""

from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncEngine


class Database(Protocol):
    """Two roles on one database; the application's role can neither own tables nor pass row-level security."""

    @property
    def app(self) -> AsyncEngine:
        """Engine of the application's role."""
        ...

    @property
    def owner(self) -> AsyncEngine:
        """Engine of the role that owns the schemas; used by migrations only."""
        ...

    @property
    def catalog_url(self) -> str:
        """SQLAlchemy URL for libraries that connect by themselves and without asyncio (the lake's catalog)."""
        ...

    async def start(self) -> None:
        """Bring the database up and prove that the roles are what they must be."""
        ...

    async def stop(self) -> None:
        """Let go of it; an embedded server that this process owns goes down."""
        ...

    async def ready(self) -> None:
        """Return when a query succeeds. Raises what went wrong."""
        ...
