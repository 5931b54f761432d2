"""Channels and notices at rest."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from .public.types import Channel, Notice, Status
from .tables import channel, notice


class Channels:
    """The channels of the Work's tenant."""

    def __init__(self, work: Work):
        self.work = work
        self.mine = channel.c.tenant_id == work.tenant

    async def all(self) -> list[Channel]:
        """Every channel that the actor may see, by name."""
        seen = await self.work.visible("notices:channel.read")
        query = sa.select(channel).where(self.mine, seen).order_by(channel.c.name)
        return [_channel(row) for row in (await self.work.db.execute(query)).mappings()]

    async def count(self) -> int:
        """How many there are, seen or not."""
        query = sa.select(sa.func.count()).select_from(channel).where(self.mine)
        return int(await self.work.db.scalar(query) or 0)

    async def named(self, name: str) -> tuple[Channel, bytes | None] | None:
        """A channel with the sealed URL of its room."""
        return await self._one(channel.c.name == name)

    async def get(self, id: UUID) -> Channel:
        """One channel. Raises NotFound."""
        found = await self._one(channel.c.id == id)
        if found is None:
            raise NotFound()
        return found[0]

    async def _one(self, which: sa.ColumnElement[bool]) -> tuple[Channel, bytes | None] | None:
        row = (await self.work.db.execute(sa.select(channel).where(self.mine, which))).mappings().first()
        return (_channel(row), row["sealed"]) if row else None

    async def add(self, one: Channel, sealed: bytes | None) -> bool:
        """Keep a new channel; False when the name is taken."""
        values = {c.name: getattr(one, c.name) for c in channel.c if c.name not in ("tenant_id", "sealed")}
        new = insert(channel).values(
            **values | {"tenant_id": self.work.tenant, "sealed": sealed, "to": list(one.to)}
        )
        kept = await self.work.db.execute(new.on_conflict_do_nothing().returning(channel.c.id))
        return kept.first() is not None

    async def remove(self, one: Channel) -> None:
        await self.work.db.execute(sa.delete(channel).where(self.mine, channel.c.id == one.id))


class Notices:
    """The notices of the Work's tenant."""

    def __init__(self, work: Work):
        self.work = work
        self.mine = notice.c.tenant_id == work.tenant

    async def page(self, after: Sequence[Any] | None, limit: int) -> list[Notice]:
        """Notices that the actor may see, newest first, one more than `limit` when there are more."""
        seen = await self.work.visible("notices:notice.read")
        query = sa.select(notice).where(self.mine, seen).order_by(notice.c.at.desc(), notice.c.id.desc())
        if after is not None:
            query = query.where(sa.tuple_(notice.c.at, notice.c.id) < sa.tuple_(*map(sa.literal, after)))
        return [_notice(row) for row in (await self.work.db.execute(query.limit(limit + 1))).mappings()]

    async def get(self, id: UUID, *, lock: bool = False) -> tuple[Notice, bytes | None]:
        """One notice, and the sealed URL it goes to. Raises NotFound."""
        query = sa.select(notice).where(self.mine, notice.c.id == id)
        row = (await self.work.db.execute(query.with_for_update() if lock else query)).mappings().first()
        if row is None:
            raise NotFound()
        return _notice(row), row["sealed"]

    async def add(self, one: Notice, sealed: bytes | None) -> bool:
        """Keep a new notice; False when the same was there already."""
        values = {c.name: getattr(one, c.name) for c in notice.c if c.name not in ("tenant_id", "sealed")}
        new = insert(notice).values(
            **values | {"tenant_id": self.work.tenant, "sealed": sealed, "to": list(one.to)}
        )
        kept = await self.work.db.execute(new.on_conflict_do_nothing().returning(notice.c.id))
        return kept.first() is not None

    async def end(self, one: Notice, status: Status, said: str, at: datetime) -> None:
        """Say how it went; the room's URL is not needed any more."""
        await self.work.db.execute(
            sa.update(notice)
            .where(self.mine, notice.c.id == one.id)
            .values(status=status, said=said, ended_at=at, sealed=None)
        )


def _channel(row: sa.RowMapping) -> Channel:
    values = {name: row[name] for name in row if name not in ("tenant_id", "sealed", "to")}
    return Channel(**values, to=tuple(row["to"]))


def _notice(row: sa.RowMapping) -> Notice:
    values = {name: row[name] for name in row if name not in ("tenant_id", "sealed", "to")}
    return Notice(**values, to=tuple(row["to"]))
