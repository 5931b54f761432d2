"""Totals of a tenant: everything counts, whoever asks."""

from datetime import datetime

import sqlalchemy as sa

from companyos.kernel.work import Work

from ..public.ports import Totals
from ..tables import deployment, incident, service


async def totals(work: Work, since: datetime) -> Totals:
    """How many services, active incidents and deployments since a time, in one query."""

    def count(table: sa.Table, *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        mine = table.c.tenant_id == work.tenant
        return sa.select(sa.func.count()).select_from(table).where(mine, *where).scalar_subquery()

    query = sa.select(
        count(service, service.c.archived_at.is_(None)),
        count(incident, incident.c.environment == work.environment, incident.c.status != "resolved"),
        count(deployment, deployment.c.environment == work.environment, deployment.c.queued_at >= since),
    )
    return Totals(*(await work.db.execute(query)).one())
