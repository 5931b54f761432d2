"""What services were told to write into their logs."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.work import Work

from ..public.types import LogLevel
from ..tables import log_level


class LogLevels:
    """The log levels of the Work's tenant and environment."""

    def __init__(self, work: Work):
        self.work = work
        self.mine = sa.and_(log_level.c.tenant_id == work.tenant, log_level.c.environment == work.environment)

    async def of(self, service: str, *, lock: bool = False) -> LogLevel | None:
        """What a service was told last; None when it never was."""
        query = sa.select(log_level).where(self.mine, log_level.c.service == service)
        row = (await self.work.db.execute(query.with_for_update() if lock else query)).mappings().first()
        return _level(row) if row else None

    async def all(self) -> list[LogLevel]:
        """Every service that was told something, by name."""
        query = sa.select(log_level).where(self.mine).order_by(log_level.c.service)
        return [_level(row) for row in (await self.work.db.execute(query)).mappings()]

    async def put(self, one: LogLevel) -> LogLevel:
        """Keep what a service was told, in place of what it was told before."""
        values: dict[str, Any] = asdict(one) | {"tenant_id": self.work.tenant, "level": one.level or ""}
        new = insert(log_level).values(**values)
        await self.work.db.execute(
            new.on_conflict_do_update(index_elements=["tenant_id", "environment", "service"], set_=values)
        )
        return one


def _level(row: sa.RowMapping) -> LogLevel:
    values = {name: row[name] for name in row if name != "tenant_id"}
    return LogLevel(**values | {"level": row["level"] or None})
