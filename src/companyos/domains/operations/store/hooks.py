"""Hooks at rest, and which of their messages were already taken."""

from datetime import timedelta
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..public.types import Hook
from ..tables import hook, hook_message


class Hooks:
    """The hooks of the Work's tenant."""

    def __init__(self, work: Work):
        self.work = work
        self.mine = hook.c.tenant_id == work.tenant

    async def get(self, id: UUID) -> Hook:
        """One hook, revoked or not. Raises NotFound."""
        row = (
            (await self.work.db.execute(sa.select(hook).where(self.mine, hook.c.id == id))).mappings().first()
        )
        if row is None:
            raise NotFound()
        return _hook(row)

    async def all(self) -> list[Hook]:
        """Every hook that the actor may see, newest first."""
        seen = await self.work.visible("operations:hook.read")
        query = sa.select(hook).where(self.mine, seen).order_by(hook.c.id.desc())
        return [_hook(row) for row in (await self.work.db.execute(query)).mappings()]

    async def add(self, one: Hook) -> None:
        """Keep a new hook."""
        values = {c.name: getattr(one, c.name) for c in hook.c if c.name != "tenant_id"}
        await self.work.db.execute(sa.insert(hook).values(tenant_id=self.work.tenant, **values))

    async def revoke(self, one: Hook) -> None:
        """Let no more messages in."""
        await self.work.db.execute(
            sa.update(hook).where(self.mine, hook.c.id == one.id).values(revoked_at=self.work.now)
        )

    async def take(self, one: Hook, message: str, deployment: UUID) -> UUID | None:
        """Claim a message for a deployment. Returns the deployment that it already became, None when it is new.

        Claims older than a day go: the timestamp of such a message is refused before anyone asks here.
        """
        old = hook_message.c.at < self.work.now - timedelta(days=1)
        await self.work.db.execute(
            sa.delete(hook_message).where(hook_message.c.tenant_id == self.work.tenant, old)
        )
        claim = insert(hook_message).values(
            tenant_id=self.work.tenant, hook=one.id, message=message, deployment=deployment, at=self.work.now
        )
        first = await self.work.db.execute(claim.on_conflict_do_nothing().returning(hook_message.c.message))
        if first.first() is not None:
            return None
        query = sa.select(hook_message.c.deployment).where(self._message(one, message))
        return cast(UUID, (await self.work.db.execute(query)).scalar_one())

    async def settle(self, one: Hook, message: str, deployment: UUID) -> None:
        """A claimed message continued a deployment that was known already."""
        await self.work.db.execute(
            sa.update(hook_message).where(self._message(one, message)).values(deployment=deployment)
        )

    def _message(self, one: Hook, message: str) -> sa.ColumnElement[bool]:
        return sa.and_(
            hook_message.c.tenant_id == self.work.tenant,
            hook_message.c.hook == one.id,
            hook_message.c.message == message,
        )


def _hook(row: sa.RowMapping) -> Hook:
    return Hook(**{name: row[name] for name in row if name != "tenant_id"})
