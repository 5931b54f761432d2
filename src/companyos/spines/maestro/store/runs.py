"""Runs at rest, with their steps and log. Lists are of the Work's environment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from companyos.kernel.ids import new_id
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..rules.run import LIVE, Entry, Run, RunState, RunStep
from ..tables import run, run_entry, step


class Runs:
    """The runs of the Work's tenant and environment."""

    def __init__(self, work: Work):
        self.work = work
        self.mine = sa.and_(run.c.tenant_id == work.tenant, run.c.environment == work.environment)

    async def get(self, id: UUID, *, lock: bool = False) -> Run:
        """One run. `lock` holds it against others until the end. Raises NotFound."""
        query = sa.select(run).where(self.mine, run.c.id == id)
        row = (await self.work.db.execute(query.with_for_update() if lock else query)).mappings().first()
        if row is None:
            raise NotFound()
        return _run(row)

    async def page(
        self, *, plan: str, state: str, after: tuple[datetime, UUID] | None, limit: int
    ) -> list[Run]:
        """Up to `limit` runs that the actor may see, newest first. `state` may be "live"."""
        seen = await self.work.visible("maestro:run.read")
        query = sa.select(run).where(self.mine, seen).order_by(run.c.queued_at.desc(), run.c.id.desc())
        if plan:
            query = query.where(run.c.plan == plan)
        if state:
            query = query.where(run.c.state.in_(LIVE if state == "live" else (state,)))
        if after:
            query = query.where(sa.tuple_(run.c.queued_at, run.c.id) < sa.tuple_(*after))
        return [_run(row) for row in (await self.work.db.execute(query.limit(limit))).mappings()]

    async def add(self, one: Run, steps: Sequence[RunStep]) -> bool:
        """Keep a new run; False when the very same one is live already."""
        write = insert(run).values(_row(self.work.tenant, one)).on_conflict_do_nothing().returning(run.c.id)
        if (await self.work.db.execute(write)).first() is None:
            return False
        await self.work.db.execute(sa.insert(step), [_step_row(self.work.tenant, s) for s in steps])
        return True

    async def put(self, one: Run) -> Run:
        """Keep a changed run as the next revision, and return that."""
        later = replace(one, revision=one.revision + 1)
        values = _row(self.work.tenant, later)
        await self.work.db.execute(sa.update(run).where(self.mine, run.c.id == one.id).values(values))
        return later

    async def revive(self, one: Run) -> Run | None:
        """Keep a run that may have ended as one that is live; None when the very same is live as another run."""
        try:
            async with self.work.db.begin_nested():
                return await self.put(one)
        except IntegrityError:
            return None

    async def steps(self, id: UUID) -> tuple[RunStep, ...]:
        """The steps of a run in the order of its plan."""
        query = sa.select(step).where(step.c.tenant_id == self.work.tenant, step.c.run == id)
        rows = await self.work.db.execute(query.order_by(step.c.position))
        return tuple(_step(row) for row in rows.mappings())

    async def put_step(self, one: RunStep) -> RunStep:
        """Keep a changed step."""
        this = sa.and_(
            step.c.tenant_id == self.work.tenant, step.c.run == one.run, step.c.position == one.position
        )
        values = _step_row(self.work.tenant, one)
        await self.work.db.execute(sa.update(step).where(this).values(values))
        return one

    async def say(self, id: UUID, text: str, *, step: str = "", actor: str | None = None) -> None:
        """Write into a run's log; lines are never changed."""
        who = actor or self.work.actor.ref
        values = {"run": id, "id": new_id(), "at": self.work.now, "actor": who, "step": step, "text": text}
        await self.work.db.execute(sa.insert(run_entry).values(tenant_id=self.work.tenant, **values))

    async def log(self, id: UUID, *, limit: int = 1000) -> list[Entry]:
        """The log of a run, oldest first."""
        query = sa.select(run_entry).where(run_entry.c.tenant_id == self.work.tenant, run_entry.c.run == id)
        rows = await self.work.db.execute(query.order_by(run_entry.c.id).limit(limit))
        return [
            Entry(row["id"], row["at"], row["actor"], row["step"], row["text"]) for row in rows.mappings()
        ]

    async def count(self, *states: RunState, plan: str = "", key: str | None = None) -> int:
        """How many runs of the tenant, in every environment, are in one of these states."""
        query = sa.select(sa.func.count()).where(run.c.tenant_id == self.work.tenant, run.c.state.in_(states))
        if plan:
            query = query.where(run.c.plan == plan, run.c.environment == self.work.environment)
        if key is not None:
            query = query.where(run.c.concurrency_key == key)
        return int(await self.work.db.scalar(query) or 0)

    async def started_since(self, moment: datetime) -> int:
        """How many runs of the tenant were asked for since then."""
        query = sa.select(sa.func.count()).where(
            run.c.tenant_id == self.work.tenant, run.c.queued_at > moment
        )
        return int(await self.work.db.scalar(query) or 0)

    async def live(self, hash: str) -> UUID | None:
        """The live run with this hash."""
        query = sa.select(run.c.id).where(self.mine, run.c.hash == hash, run.c.state.in_(LIVE))
        found: UUID | None = await self.work.db.scalar(query)
        return found


def _row(tenant: UUID, one: Run) -> dict[str, Any]:
    values = {c.name: getattr(one, c.name) for c in run.c if c.name != "tenant_id"}
    return {**values, "tenant_id": tenant, "evidence": list(one.evidence)}


def _run(row: sa.RowMapping) -> Run:
    values = {name: row[name] for name in row if name not in ("tenant_id", "evidence")}
    return Run(**values, evidence=tuple(row["evidence"]))


def _step_row(tenant: UUID, one: RunStep) -> dict[str, Any]:
    values = {c.name: getattr(one, c.name) for c in step.c if c.name != "tenant_id"}
    return {**values, "tenant_id": tenant, "decisions": list(one.decisions)}


def _step(row: sa.RowMapping) -> RunStep:
    values = {name: row[name] for name in row if name not in ("tenant_id", "decisions")}
    return RunStep(**values, decisions=tuple(row["decisions"]))
