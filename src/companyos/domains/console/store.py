"""The frozen views of one tenant and environment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from .tables import frozen_view


@dataclass(frozen=True, slots=True)
class FrozenView:
    """A frozen view without what it holds. `by` is the actor who froze it, `until` when it is forgotten."""

    id: UUID
    environment: str
    by: str
    title: str
    at: datetime
    until: datetime

    @property
    def ref(self) -> EntityRef:
        return EntityRef("console.frozen_view", str(self.id))

    @property
    def resource(self) -> Resource:
        kind, _, id_ = self.by.partition(":")
        who = {"by": EntityRef("identity.person", id_)} if kind == "person" else {}
        return Resource(self.ref, {"environment": self.environment, **who})


_HEAD = [frozen_view.c[name] for name in FrozenView.__dataclass_fields__]


class FrozenViews:
    """Frozen views of the Work's tenant and environment."""

    def __init__(self, work: Work):
        self.work = work
        self.mine = sa.and_(
            frozen_view.c.tenant_id == work.tenant, frozen_view.c.environment == work.environment
        )

    async def add(self, view: FrozenView, envelope: bytes, content: bytes) -> None:
        values = {column.name: getattr(view, column.name) for column in _HEAD}
        kept = {"tenant_id": self.work.tenant, "envelope": envelope, "content": content}
        await self.work.db.execute(sa.insert(frozen_view).values(**values, **kept))

    async def get(self, id: UUID) -> FrozenView:
        """One that has not run out. Raises NotFound."""
        found = self.mine & (frozen_view.c.id == id) & (frozen_view.c.until > self.work.now)
        row = (await self.work.db.execute(sa.select(*_HEAD).where(found))).mappings().first()
        if row is None:
            raise NotFound()
        return FrozenView(**row)

    async def kept(self, id: UUID) -> tuple[bytes, bytes]:
        """The envelope and the content of one that is there."""
        query = sa.select(frozen_view.c.envelope, frozen_view.c.content).where(
            self.mine, frozen_view.c.id == id
        )
        envelope, content = (await self.work.db.execute(query)).one()
        return bytes(envelope), bytes(content)

    async def page(self, by: str | None, after: Sequence[Any] | None, limit: int) -> list[FrozenView]:
        """Newest first, one more than `limit` when there are more; those of `by`, None for everybody's."""
        query = sa.select(*_HEAD).where(self.mine, frozen_view.c.until > self.work.now)
        if by is not None:
            query = query.where(frozen_view.c.by == by)
        if after is not None:
            place = sa.tuple_(frozen_view.c.at, frozen_view.c.id)
            query = query.where(place < sa.tuple_(*map(sa.literal, after)))
        query = query.order_by(frozen_view.c.at.desc(), frozen_view.c.id.desc()).limit(limit + 1)
        return [FrozenView(**row) for row in (await self.work.db.execute(query)).mappings()]

    async def count(self, by: str) -> int:
        query = sa.select(sa.func.count()).where(self.mine, frozen_view.c.by == by)
        return int((await self.work.db.execute(query)).scalar_one())

    async def remove(self, view: FrozenView) -> None:
        await self.work.db.execute(sa.delete(frozen_view).where(self.mine, frozen_view.c.id == view.id))
