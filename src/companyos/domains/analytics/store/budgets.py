"""Budgets and how they are used, of one tenant."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.work import Work

from ..tables.postgres import budget, usage

TENANT, EACH = "tenant", "person"
"""Whose budget: all of the tenant's together, and each person's who has none of their own."""


class Budgets:
    """The budgets of a Work's tenant, by holder: "tenant", "person" (each), or "person:<id>"."""

    def __init__(self, work: Work):
        self._work, self._db = work, work.db

    async def limits(self, *holders: str) -> dict[str, int]:
        """What was set for these holders, or for all that have something set."""
        query = sa.select(budget.c.holder, budget.c.bytes).where(budget.c.tenant_id == self._work.tenant)
        if holders:
            query = query.where(budget.c.holder.in_(holders))
        return {row.holder: row.bytes for row in await self._db.execute(query)}

    async def put(self, holder: str, limit: int) -> None:
        """Set a budget."""
        told = {"bytes": limit, "set_by": self._work.actor.ref, "set_at": self._work.now}
        row = {"tenant_id": self._work.tenant, "holder": holder, **told}
        statement = insert(budget).values(row)
        await self._db.execute(
            statement.on_conflict_do_update(index_elements=["tenant_id", "holder"], set_=told)
        )

    async def drop(self, holder: str) -> None:
        """Forget a budget, so that the default holds again."""
        mine = (budget.c.tenant_id == self._work.tenant, budget.c.holder == holder)
        await self._db.execute(sa.delete(budget).where(*mine))

    async def hold(self) -> None:
        """Let nobody else of the tenant charge until this transaction ends."""
        key = sa.func.hashtextextended(f"analytics.budget:{self._work.tenant}", 0)
        await self._db.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))

    async def spent(self, day: date) -> dict[str, Any]:
        """What was spent on a day, by actor: rows with questions, quoted, spent."""
        query = sa.select(usage).where(usage.c.tenant_id == self._work.tenant, usage.c.day == day)
        return {row.actor: row for row in await self._db.execute(query)}

    async def charge(self, day: date, actor: str, *, questions: int = 0, quoted: int = 0, spent: int) -> None:
        """Add to what an actor spent; `spent` may be negative, to give back what was not needed."""
        row = {"tenant_id": self._work.tenant, "day": day, "actor": actor}
        added = {"questions": questions, "quoted": quoted, "spent": spent}
        statement = insert(usage).values({**row, **added})
        summed = {name: usage.c[name] + statement.excluded[name] for name in added}
        await self._db.execute(
            statement.on_conflict_do_update(index_elements=["tenant_id", "day", "actor"], set_=summed)
        )

    async def days(self, since: date) -> Sequence[Any]:
        """What the tenant spent on each day from `since` on: rows of day, questions, spent."""
        total = (sa.func.sum(usage.c.questions).label("questions"), sa.func.sum(usage.c.spent).label("spent"))
        mine = (usage.c.tenant_id == self._work.tenant, usage.c.day >= since)
        query = sa.select(usage.c.day, *total).where(*mine).group_by(usage.c.day).order_by(usage.c.day)
        return (await self._db.execute(query)).all()
