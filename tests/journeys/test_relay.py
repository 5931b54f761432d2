"""Kill −9 between commit and reaction: nothing is lost, nothing is done twice."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from companyos.adapters.postgres.database import PostgresDatabase
from companyos.app.relay import Relay
from companyos.app.transactions import Transactions
from companyos.kernel.domain import Domain
from companyos.kernel.events import Event, event, on
from companyos.kernel.house import House
from companyos.kernel.ids import new_id
from companyos.kernel.ports.database import Database
from companyos.kernel.settings import Settings
from companyos.kernel.work import Work

VICTIM = Path(__file__).with_name("relay_victim.py")


@event("probe.thing.happened", version=1)
class ThingHappened(Event):
    """Something that must be reacted to once."""

    thing: object


@event("probe.thing.failed", version=1)
class ThingFailed(Event):
    """Something that no reaction survives."""

    thing: str


@event("probe.thing.ordered", version=1)
class ThingOrdered(Event):
    """Something that another system has to do."""

    thing: str


@on(ThingOrdered, outside=True)
async def order(work: Work, ordered: ThingOrdered) -> None:
    await asyncio.sleep(30 if ordered.thing == "slow" else 0)
    await work.db.execute(text("insert into probe.effect values (gen_random_uuid())"))


@on(ThingHappened)
async def notice(work: Work, happened: ThingHappened) -> None:
    await work.db.execute(text("insert into probe.effect values (gen_random_uuid())"))


@on(ThingFailed)
async def fail(work: Work, failed: ThingFailed) -> None:
    await work.db.execute(text("insert into probe.effect values (gen_random_uuid())"))
    raise RuntimeError("the receiver is away")


@pytest.fixture
async def house(database: PostgresDatabase) -> House:
    async with database.owner.begin() as db:
        await db.execute(text("create schema probe"))
        await db.execute(text("create table probe.effect (thing uuid not null)"))
        await db.execute(text("grant usage on schema probe to companyos_app"))
        await db.execute(text("grant insert, select on probe.effect to companyos_app"))
    made = House(settings=Settings(relay_attempts=2))
    made.parts = (Domain(name="probe", title="Probe", reactions=(fail,)),)
    made.adapters[Database] = database
    made.begin = Transactions(made)
    return made


async def effects(database: PostgresDatabase) -> int:
    async with database.app.connect() as db:
        return await db.scalar(text("select count(*) from probe.effect")) or 0


async def waiting(database: PostgresDatabase) -> int:
    async with database.app.begin() as db:
        await db.execute(text("select set_config('companyos.relay', 'on', true)"))
        return await db.scalar(text("select count(*) from app.outbox")) or 0


@pytest.mark.parametrize("when", ["before", "inside", "after"])
async def test_a_killed_relay_loses_nothing_and_repeats_nothing(
    house: House, database: PostgresDatabase, when: str
) -> None:
    tenant = new_id()
    async with house.begin(tenant=tenant, environment="prod") as work:
        for _ in range(3):
            work.emit(ThingHappened(thing=str(new_id())))
    url = database.app.url.render_as_string(hide_password=False)

    killed = await asyncio.to_thread(subprocess.run, [sys.executable, VICTIM, url, when])
    assert killed.returncode == -9
    assert await waiting(database) == 3

    finished = await asyncio.to_thread(subprocess.run, [sys.executable, VICTIM, url], capture_output=True)
    assert finished.returncode == 0, finished.stderr.decode()
    assert await effects(database) == 3
    assert await waiting(database) == 0


async def test_what_rolls_back_emits_nothing(house: House, database: PostgresDatabase) -> None:
    with pytest.raises(RuntimeError, match="changed my mind"):
        async with house.begin(tenant=new_id(), environment="prod") as work:
            work.emit(ThingHappened(thing=str(new_id())))
            raise RuntimeError("changed my mind")
    assert await waiting(database) == 0


async def test_a_failing_reaction_is_retried_then_parked_and_its_writes_are_undone(
    house: House, database: PostgresDatabase
) -> None:
    async with house.begin(tenant=new_id(), environment="prod") as work:
        work.emit(ThingFailed(thing="x"))
    relay = Relay(house, asyncio.Event())
    assert await relay.deliver_batch() == 1
    assert await relay.deliver_batch() == 0, "it waits before it tries again"
    async with database.app.begin() as db:
        await db.execute(text("select set_config('companyos.relay', 'on', true)"))
        await db.execute(text("update app.outbox set next_at = now()"))
    assert await relay.deliver_batch() == 1
    async with database.app.begin() as db:
        await db.execute(text("select set_config('companyos.relay', 'on', true)"))
        row = (await db.execute(text("select attempts, parked_at, error from app.outbox"))).one()
    assert row.attempts == 2
    assert row.parked_at is not None
    assert "the receiver is away" in row.error
    assert await effects(database) == 0


async def test_another_system_that_is_slow_holds_up_nobody_else(
    house: House, database: PostgresDatabase
) -> None:
    house.parts = (Domain(name="probe", title="Probe", reactions=(order, notice)),)
    async with house.begin(tenant=new_id(), environment="prod") as work:
        for thing in ("slow", "quick"):
            work.emit(ThingOrdered(thing=thing))
        work.emit(ThingHappened(thing=str(new_id())))
    running = asyncio.create_task(Relay(house, asyncio.Event()).run())
    try:
        async with asyncio.timeout(10):
            while await effects(database) < 2:
                await asyncio.sleep(0.05)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert await waiting(database) == 1, "the slow one stays, to be delivered again"
