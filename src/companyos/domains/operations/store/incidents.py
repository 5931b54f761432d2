"""Incidents at rest, with their timelines. All of them are of the Work's environment."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..public.types import Entry, Incident
from ..tables import incident, incident_entry


class Incidents:
    """The incidents of the Work's tenant and environment."""

    def __init__(self, work: Work):
        self.work = work
        self.mine = sa.and_(incident.c.tenant_id == work.tenant, incident.c.environment == work.environment)

    async def get(self, id: UUID, *, lock: bool = False, seen: bool = False) -> Incident:
        """One incident. `lock` holds it against others until the end. Raises NotFound.

        With `seen`, one that the actor may not see is not found by the same query as one that is absent.
        """
        query = sa.select(incident).where(self.mine, incident.c.id == id)
        if seen:
            query = query.where(await self._seen())
        row = (await self.work.db.execute(query.with_for_update() if lock else query)).mappings().first()
        if row is None:
            raise NotFound()
        return _incident(row)

    async def page(
        self,
        *,
        status: str = "",
        service: str = "",
        active: bool | None = None,
        after: tuple[datetime, UUID] | None,
        limit: int,
    ) -> list[Incident]:
        """Up to `limit` incidents, newest first. `active` ones are not resolved."""
        query = sa.select(incident).where(self.mine, await self._seen()).limit(limit)
        query = query.order_by(incident.c.opened_at.desc(), incident.c.id.desc())
        if status:
            query = query.where(incident.c.status == status)
        if active is not None:
            query = query.where((incident.c.status != "resolved") == active)
        if service:
            query = query.where(sa.literal(service) == sa.any_(incident.c.services))
        if after:
            query = query.where(sa.tuple_(incident.c.opened_at, incident.c.id) < sa.tuple_(*after))
        return [_incident(row) for row in (await self.work.db.execute(query)).mappings()]

    async def active(self) -> list[Incident]:
        """Every one that is not resolved, newest first."""
        query = (
            sa.select(incident)
            .where(
                self.mine, incident.c.status.in_(("open", "acknowledged", "mitigated")), await self._seen()
            )
            .order_by(incident.c.opened_at.desc(), incident.c.id.desc())
        )
        return [_incident(row) for row in (await self.work.db.execute(query)).mappings()]

    async def _seen(self) -> sa.ColumnElement[bool]:
        """Lists hold only what the actor may see."""
        return await self.work.visible("operations:incident.read")

    async def timeline(self, id: UUID) -> list[Entry]:
        """Everything that was written about an incident, oldest first."""
        query = (
            sa.select(incident_entry)
            .where(incident_entry.c.tenant_id == self.work.tenant, incident_entry.c.incident == id)
            .order_by(incident_entry.c.at, incident_entry.c.id)
        )
        wanted = ("id", "at", "actor", "kind", "text")
        return [
            Entry(**{k: row[k] for k in wanted}) for row in (await self.work.db.execute(query)).mappings()
        ]

    async def add(self, one: Incident) -> None:
        """Keep a new incident."""
        await self.work.db.execute(sa.insert(incident).values(_row(self.work.tenant, one)))

    async def put(self, one: Incident) -> Incident:
        """Keep a changed incident as the next version, and return that."""
        later = replace(one, version=one.version + 1)
        values = _row(self.work.tenant, later)
        await self.work.db.execute(
            sa.update(incident).where(self.mine, incident.c.id == one.id).values(values)
        )
        return later

    async def write(self, id: UUID, entry: Entry) -> None:
        """Add a line to an incident's timeline; lines are never changed."""
        values = {name: getattr(entry, name) for name in ("id", "at", "actor", "kind", "text")}
        await self.work.db.execute(
            sa.insert(incident_entry).values(tenant_id=self.work.tenant, incident=id, **values)
        )


def _row(tenant: UUID, one: Incident) -> dict[str, Any]:
    values = {c.name: getattr(one, c.name) for c in incident.c if c.name != "tenant_id"}
    return values | {
        "tenant_id": tenant,
        "services": list(one.services),
        "deployments": list(one.deployments),
    }


def _incident(row: sa.RowMapping) -> Incident:
    values = {name: row[name] for name in row if name not in ("tenant_id", "services", "deployments")}
    return Incident(**values, services=tuple(row["services"]), deployments=tuple(row["deployments"]))
