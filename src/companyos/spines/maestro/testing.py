"""For tests: a run carried out here and now, by the same beats, without DBOS."""

import asyncio
from uuid import UUID

from sqlalchemy import text

from companyos.kernel.house import House

from .engine.beat import beat
from .engine.engine import Engine
from .store import queue

PATIENCE_SECONDS = 20.0
_DUE = text("update maestro.due set at = now() where tenant_id = :tenant and run = :run and at < 'infinity'")


async def carry_out(
    house: House, tenant: UUID, environment: str, run: UUID, *, hurry: bool = True, to_rest: bool = False
) -> None:
    """Bring a run on until nothing is left to do for it, or `to_rest` until it waits for something.

    `hurry` does not wait for what rests until later.
    """
    engine = Engine(house)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                async with house.begin(tenant=tenant, environment=environment) as work:
                    await queue.renew(work.db, engine.me, 60.0)
                    await queue.adopt(work.db, 0.0)
                    if hurry:
                        await work.db.execute(_DUE, {"tenant": tenant, "run": run})
                    taken = [h for h in await queue.take(work.db, engine.me, 100) if h.run == run]
                    if not taken and not await queue.waits(work.db, tenant, run):
                        return
                for held in taken:
                    while await beat(engine, held):
                        pass
                if taken and to_rest:
                    return
                await asyncio.sleep(0.02)
    finally:
        async with house.begin() as work:
            await queue.leave(work.db, engine.me)
