"""What one tenant does cannot be felt in another: their state stands, and what is read elsewhere stays the same."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from sqlalchemy import text

from companyos.adapters.postgres.live import NotifiedLive
from companyos.adapters.postgres.roles import LAKE_SCHEMA
from companyos.app.transactions import enter_tenant
from companyos.kernel.house import NO_TENANT
from companyos.kernel.ports.database import Database
from companyos.kernel.ports.live import Live, News
from companyos.kernel.tenancy import PLATFORM
from companyos.testing.world import Client

from .conftest import Neighbours
from .filling import fill, measured, settle
from .sight import differing, snapshot


async def test_nothing_that_they_do_can_be_felt_here(neighbours: Neighbours) -> None:
    """Non-interference: lists, totals, counts, search, exports and news stay as they are while a tenant fills up."""
    await settle(neighbours.world)
    await snapshot(neighbours.ours.who, neighbours.our_sight)
    before = await snapshot(neighbours.ours.who, neighbours.our_sight, later=True)
    async with listening(neighbours) as heard:
        await fill(neighbours.world, "quokka")
        await measured(neighbours.world.house)
        async with asyncio.timeout(20):
            while len(heard["theirs"]) < 5:
                await asyncio.sleep(0.05)
    assert heard["ours"] == []
    assert differing(before, await snapshot(neighbours.ours.who, neighbours.our_sight, later=True)) == []


@contextlib.asynccontextmanager
async def listening(neighbours: Neighbours) -> AsyncIterator[dict[str, list[News]]]:
    """The news that each side hears meanwhile."""
    live = neighbours.world.house.adapter(Live)
    assert isinstance(live, NotifiedLive)
    heard: dict[str, list[News]] = {"ours": [], "theirs": []}

    async def listen(side: str, who: Client) -> None:
        async for news in live.listen(who.tenant):
            heard[side].append(news)

    tasks = [asyncio.create_task(live.run())]
    tasks += [asyncio.create_task(listen(side, getattr(neighbours, side).who)) for side in heard]
    await asyncio.sleep(0.5)
    try:
        yield heard
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


TABLES = text("""
select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|information_schema$)' and n.nspname <> :lake
  and coalesce(obj_description(c.oid), '') not like :platform
  and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')
""")


async def test_the_database_itself_shows_each_tenant_its_own_rows_only(neighbours: Neighbours) -> None:
    database = neighbours.world.house.adapter(Database)
    theirs, ours = neighbours.theirs.who.tenant, neighbours.ours.who.tenant
    filled = 0
    async with database.app.connect() as db:
        tables = list(await db.scalars(TABLES, {"lake": LAKE_SCHEMA, "platform": f"{PLATFORM}%"}))
        for table in tables:
            rows = text(f"select count(*), count(*) filter (where tenant_id = :theirs) from {table}")
            for tenant in (NO_TENANT, ours):
                await enter_tenant(db, tenant)
                seen, foreign = (await db.execute(rows, {"theirs": theirs})).one()
                assert foreign == 0, f"{table} shows rows of another tenant"
                assert tenant != NO_TENANT or seen == 0, f"{table} shows rows to nobody in particular"
                filled += seen > 0
    assert len(tables) > 20 and filled > 12, "tables without rows prove nothing"
