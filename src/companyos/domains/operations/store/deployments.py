"""Deployments at rest. All of them are of the Work's environment: another one is another world."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..public.types import Deployment, Diff, Proof, Status
from ..tables import ISOLATED, deployment

_ALL = sa.select(deployment, ISOLATED.label("isolated"))
_NEWEST = (deployment.c.queued_at.desc(), deployment.c.id.desc())


class Deployments:
    """The deployments of the Work's tenant and environment."""

    def __init__(self, work: Work):
        self.work = work
        self.mine = sa.and_(
            deployment.c.tenant_id == work.tenant, deployment.c.environment == work.environment
        )

    async def get(self, id: UUID, *, lock: bool = False, seen: bool = False) -> Deployment:
        """One deployment. `lock` holds it against others until the end. Raises NotFound.

        With `seen`, one that the actor may not see is not found by the same query as one that is absent.
        """
        query = _ALL.where(self.mine, deployment.c.id == id)
        if seen:
            query = query.where(await self._seen())
        locked = query.with_for_update(of=deployment) if lock else query
        row = (await self.work.db.execute(locked)).mappings().first()
        if row is None:
            raise NotFound()
        return _deployment(row)

    async def page(
        self, *, service: str, status: str, after: tuple[datetime, UUID] | None, limit: int
    ) -> list[Deployment]:
        """Up to `limit` deployments, newest first, after the one with this `queued_at` and id."""
        query = _ALL.where(self.mine, await self._seen()).order_by(*_NEWEST).limit(limit)
        if service:
            query = query.where(deployment.c.service == service)
        if status:
            query = query.where(deployment.c.status == status)
        if after:
            query = query.where(sa.tuple_(deployment.c.queued_at, deployment.c.id) < sa.tuple_(*after))
        return [_deployment(row) for row in (await self.work.db.execute(query)).mappings()]

    async def tally(self, since: datetime) -> dict[Status, int]:
        """How many were asked for since then, by where they stand now."""
        query = (
            sa.select(deployment.c.status, sa.func.count())
            .where(self.mine, deployment.c.queued_at >= since, await self._seen())
            .group_by(deployment.c.status)
        )
        return {row[0]: row[1] for row in await self.work.db.execute(query)}

    async def newest(self, service: str) -> Deployment | None:
        """The deployment of a service that was asked for last."""
        query = _ALL.where(self.mine, deployment.c.service == service).order_by(*_NEWEST).limit(1)
        row = (await self.work.db.execute(query)).mappings().first()
        return _deployment(row) if row else None

    async def _seen(self) -> sa.ColumnElement[bool]:
        """Lists and counts hold only what the actor may see."""
        return await self.work.visible("operations:deployment.read")

    async def before(self, one: Deployment) -> Deployment | None:
        """The newest earlier deployment of the same service that succeeded with another version."""
        query = (
            _ALL.where(
                self.mine,
                deployment.c.service == one.service,
                deployment.c.status == "succeeded",
                deployment.c.version != one.version,
                sa.tuple_(deployment.c.queued_at, deployment.c.id) < sa.tuple_(one.queued_at, one.id),
            )
            .order_by(*_NEWEST)
            .limit(1)
        )
        row = (await self.work.db.execute(query)).mappings().first()
        return _deployment(row) if row else None

    async def external(self, service: str, external_id: str) -> Deployment | None:
        """The deployment that a reporting system knows by this name."""
        query = _ALL.where(
            self.mine, deployment.c.service == service, deployment.c.external_id == external_id
        )
        row = (await self.work.db.execute(query.with_for_update(of=deployment))).mappings().first()
        return _deployment(row) if row else None

    async def add(self, many: Sequence[Deployment]) -> set[UUID]:
        """Keep new deployments and return the ids of those that were not known already.

        Known: the same commit of a service from git, or the same external id.
        """
        if not many:
            return set()
        rows = [_row(self.work.tenant, one) for one in many]
        kept = await self.work.db.execute(
            insert(deployment).values(rows).on_conflict_do_nothing().returning(deployment.c.id)
        )
        return set(kept.scalars())

    async def put(self, one: Deployment) -> Deployment:
        """Keep a changed deployment as the next revision, and return that."""
        later = replace(one, revision=one.revision + 1)
        values = _row(self.work.tenant, later)
        await self.work.db.execute(
            sa.update(deployment).where(self.mine, deployment.c.id == one.id).values(values)
        )
        return later


def _row(tenant: UUID, one: Deployment) -> dict[str, Any]:
    plain = {"tenant_id", "files", "insertions", "deletions", "evidence"}
    values = {c.name: getattr(one, c.name) for c in deployment.c if c.name not in plain}
    return values | {
        "tenant_id": tenant,
        "files": one.diff.files,
        "insertions": one.diff.insertions,
        "deletions": one.diff.deletions,
        "evidence": [{"id": str(p.id), "action": p.action, "at": p.at.isoformat()} for p in one.evidence],
    }


def _deployment(row: sa.RowMapping) -> Deployment:
    apart = {"tenant_id", "files", "insertions", "deletions", "evidence"}
    values = {name: row[name] for name in row if name not in apart}
    return Deployment(
        **values,
        diff=Diff(row["files"], row["insertions"], row["deletions"]),
        evidence=tuple(
            Proof(UUID(p["id"]), p["action"], datetime.fromisoformat(p["at"])) for p in row["evidence"]
        ),
    )
