"""A process that delivers events and is killed where it hurts; run by test_relay.py.

    relay_victim.py DATABASE_URL [before|inside|after]

Kills itself with SIGKILL when its reaction is about to start, has written but not committed, or has just committed.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from companyos.adapters.postgres.database import open_database
from companyos.app.relay import Relay
from companyos.app.transactions import Transactions
from companyos.kernel.domain import Domain
from companyos.kernel.events import Event, event, on
from companyos.kernel.house import House
from companyos.kernel.ports.database import Database
from companyos.kernel.settings import Settings
from companyos.kernel.work import Work

WHEN = sys.argv[2] if len(sys.argv) > 2 else "never"


@event("probe.thing.happened", version=1)
class ThingHappened(Event):
    """Something that must be reacted to once."""

    thing: UUID


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@on(ThingHappened)
async def count(work: Work, happened: ThingHappened) -> None:
    if WHEN == "before":
        die()
    await work.db.execute(text("insert into probe.effect values (:thing)"), {"thing": happened.thing})
    if WHEN == "inside":
        die()


@on(ThingHappened)
async def follow(work: Work, happened: ThingHappened) -> None:
    if WHEN == "after":  # the first reaction has committed, the event is still in the outbox
        die()


async def main() -> None:
    house = House(
        settings=Settings(), parts=(Domain(name="probe", title="Probe", reactions=(count, follow)),)
    )
    database = open_database(sys.argv[1], data=Path())
    await database.start()
    house.adapters[Database] = database
    house.begin = Transactions(house)
    relay = Relay(house, asyncio.Event())
    while await relay.deliver_batch():
        pass
    await database.stop()


if __name__ == "__main__":
    asyncio.run(main())
