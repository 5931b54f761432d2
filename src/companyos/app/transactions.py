"""Transactions that carry a tenant: the only place where CompanyOS commits, besides the request boundary."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.adapters.postgres.live import CHANNEL, payload
from companyos.kernel.entities import EntityRef
from companyos.kernel.events import announcement, encode
from companyos.kernel.house import NO_TENANT, House
from companyos.kernel.ports.database import Database
from companyos.kernel.ports.live import WAKE
from companyos.kernel.work import SYSTEM, Actor, Work

from .tables import outbox

log = structlog.get_logger(__name__)

OUTBOX = "outbox"
"""The work that the relay is woken for."""


async def enter_tenant(db: AsyncConnection, tenant: UUID, person: str = "") -> None:
    """Tell row-level security which tenant (and person) this transaction is for."""
    await db.execute(
        text(
            "select set_config('companyos.tenant', :tenant, true), set_config('companyos.person', :person, true)"
        ),
        {"tenant": "" if tenant == NO_TENANT else str(tenant), "person": person},
    )


async def deposit(work: Work) -> None:
    """Write the Work's records, and its events to the outbox, inside its transaction; wake the relay at commit.

    Urgent events are told to open screens with the commit as well, however much the relay has to do.
    """
    if work.records or work.elevated:
        await work.house.ledger.write(work)
    if not work.outbox:
        return
    rows = [
        {
            "tenant_id": e.tenant,
            "id": e.id,
            "environment": e.environment,
            "name": e.event.name,
            "version": e.event.version,
            "data": encode(e.event),
            "at": e.at,
            "actor": e.actor,
            "trace_id": e.trace_id,
            "attempts": 0,
            "next_at": e.at,
        }
        for e in work.outbox
    ]
    await work.db.execute(insert(outbox), rows)
    for e in work.outbox:
        if e.event.urgent:
            news = payload(e.tenant, announcement(e))
            await work.db.execute(
                text("select pg_notify(:channel, :news)"), {"channel": CHANNEL, "news": news}
            )
    await work.db.execute(text("select pg_notify(:channel, :work)"), {"channel": WAKE, "work": OUTBOX})
    work.outbox.clear()


async def remember_refusal(house: House, work: Work) -> None:
    """Record a refusal in a transaction of its own, because the Work that was refused rolls back."""
    refusal = work.refusal
    if refusal is None:
        return
    async with house.begin(
        tenant=work.tenant, environment=work.environment, actor=work.actor, trace_id=work.trace_id
    ) as second:
        second.request_id = work.request_id
        await second.record(
            "policy.access.denied",
            EntityRef.parse(refusal.resource),
            decision=refusal,
            outcome="denied",
            asked=refusal.action,
        )


class Transactions:
    """The house's `begin`: a Work in a transaction of its own, committed on leaving, rolled back on error."""

    def __init__(self, house: House) -> None:
        self._house = house

    @asynccontextmanager
    async def __call__(
        self,
        *,
        tenant: UUID = NO_TENANT,
        environment: str = "",
        actor: Actor | None = None,
        trace_id: str = "",
    ) -> AsyncIterator[Work]:
        engine = self._house.adapter(Database).app
        async with engine.connect() as db, db.begin():
            who = actor or SYSTEM
            await enter_tenant(db, tenant, who.id if who.kind == "person" else "")
            work = Work(self._house, db, who, tenant, environment, datetime.now(UTC), trace_id=trace_id)
            yield work
            await deposit(work)
