"""The relay: hands outbox events to their reactions, at least once, and their effects exactly once.

A row of the outbox is locked while its reactions run, each in a Work of its own whose transaction also enters the
inbox; so a crash anywhere redelivers the event and skips the reactions that had committed. Many relays may run.

Events whose reactions wait for another system (`@on(…, outside=True)`) are taken one by one, by several side by side;
all others in batches, one after the other. So a slow deployer holds up its own orders and nothing else.
"""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Row, delete, select, text, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.adapters.postgres.live import CHANNEL, payload
from companyos.kernel.domain import Domain
from companyos.kernel.events import Envelope, Event, Reaction, announcement, decode
from companyos.kernel.house import House
from companyos.kernel.ports.database import Database
from companyos.spines.telemetry.instruments.instruments import RELAY, measured

from .tables import inbox, outbox

log = structlog.get_logger(__name__)

IDLE_SECONDS = 1.0
FIRST_RETRY_SECONDS = 1.0


def reactions_of(parts: tuple[Domain, ...]) -> dict[type[Event], list[Reaction]]:
    """Every reaction by the kind of event it reacts to."""
    found: defaultdict[type[Event], list[Reaction]] = defaultdict(list)
    for part in parts:
        for reaction in (*part.reactions, *(part.reacts(parts) if part.reacts else ())):
            found[reaction.reacts_to].append(reaction)  # type: ignore[attr-defined]
    return dict(found)


class Relay:
    """Delivers until stopped; `wake` is set when there may be something new."""

    def __init__(self, house: House, wake: asyncio.Event) -> None:
        self.house = house
        self.wake = wake
        self.reactions = reactions_of(house.parts)
        self._outside = [
            kind.name
            for kind, reactions in self.reactions.items()
            if any(reaction.outside for reaction in reactions)  # type: ignore[attr-defined]
        ]

    async def run(self) -> None:
        """Deliver for ever. A failing database is waited for, a failing reaction is retried and then parked."""
        settings, outside = self.house.settings, outbox.c.name.in_(self._outside)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._run(~outside, settings.relay_batch))
            for _ in range(settings.relay_outside if self._outside else 0):
                group.create_task(self._run(outside, 1))

    async def _run(self, lane: ColumnElement[bool], size: int) -> None:
        while True:
            try:
                delivered = await self.deliver_batch(lane, size)
            except Exception as error:
                log.exception("relay.failed", exc_info=error)
                delivered = 0
                await asyncio.sleep(IDLE_SECONDS)
            if not delivered:
                self.wake.clear()
                try:
                    await asyncio.wait_for(self.wake.wait(), IDLE_SECONDS)
                except TimeoutError:
                    continue

    async def deliver_batch(self, lane: ColumnElement[bool] | None = None, size: int | None = None) -> int:
        """Deliver up to `size` (`relay_batch`) events of a lane (all) that are due; returns how many were taken."""
        engine = self.house.adapter(Database).app
        async with engine.connect() as db, db.begin():
            await db.execute(text("select set_config('companyos.relay', 'on', true)"))
            due = await db.execute(
                select(outbox)
                .where(
                    outbox.c.parked_at.is_(None),
                    outbox.c.next_at <= datetime.now(UTC),
                    true() if lane is None else lane,
                )
                .order_by(outbox.c.next_at, outbox.c.id)
                .limit(size or self.house.settings.relay_batch)
                .with_for_update(skip_locked=True)
            )
            rows = due.all()
            for row in rows:
                await self._deliver(db, row)
        return len(rows)

    async def _deliver(self, db: AsyncConnection, row: Row[Any]) -> None:
        this = (outbox.c.tenant_id == row.tenant_id) & (outbox.c.id == row.id)
        try:
            event = decode(row.name, row.version, row.data)
            for reaction in self.reactions.get(type(event), ()):
                await self._react(row, event, reaction)
        except Exception as error:
            attempts = row.attempts + 1
            parked = attempts >= self.house.settings.relay_attempts
            wait = timedelta(seconds=FIRST_RETRY_SECONDS * 2**row.attempts)
            log.exception("relay.reaction_failed", name=row.name, attempts=attempts, parked=parked)
            now = datetime.now(UTC)
            await db.execute(
                update(outbox)
                .where(this)
                .values(
                    attempts=attempts,
                    next_at=now + wait,
                    error=f"{type(error).__name__}: {error}"[:2000],
                    parked_at=now if parked else None,
                )
            )
            return
        await db.execute(delete(outbox).where(this))
        if event.urgent:  # told with the commit
            return
        news = payload(row.tenant_id, announcement(_envelope(row, event)))
        await db.execute(text("select pg_notify(:channel, :news)"), {"channel": CHANNEL, "news": news})

    async def _react(self, row: Row[Any], event: Event, reaction: Reaction) -> None:
        name = f"{reaction.__module__}.{reaction.__qualname__}"
        with measured(self.house, RELAY, f"react to {row.name}", row.trace_id):
            await self._react_once(row, event, reaction, name)

    async def _react_once(self, row: Row[Any], event: Event, reaction: Reaction, name: str) -> None:
        async with self.house.begin(
            tenant=row.tenant_id, environment=row.environment, trace_id=row.trace_id
        ) as work:
            work.cause = _envelope(row, event)
            first = await work.db.execute(
                insert(inbox)
                .values(tenant_id=row.tenant_id, event_id=row.id, reaction=name, done_at=work.now)
                .on_conflict_do_nothing()
            )
            if first.rowcount:
                await reaction(work, event)


def _envelope(row: Row[Any], event: Event) -> Envelope:
    return Envelope(
        id=row.id,
        tenant=row.tenant_id,
        environment=row.environment,
        at=row.at,
        actor=row.actor,
        trace_id=row.trace_id,
        event=event,
    )
