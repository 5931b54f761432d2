"""How long does a blast radius of three steps take in a tenant of 250,000 entities?

Each entity depends on three earlier ones, old ones being favourites: a few hubs have hundreds of dependents. A second
tenant of the same size and a history of ended relations lie in the same tables. The peer of the same run is the
shortest thing that PostgreSQL can do: a recursive query over a bare table of two integers, without tenants, times,
paths, titles or policy. Figure: p95 ≤ 50 ms.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from companyos.app.compose import compose
from companyos.app.running import running
from companyos.kernel.entities import EntityRef
from companyos.kernel.house import House
from companyos.kernel.ids import new_id
from companyos.kernel.ports.database import Database
from companyos.kernel.settings import Settings
from companyos.spines.graph.service.ask import Answers

ENTITIES, EACH, ASKED, DEPTH = 250_000, 3, 400, 3
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime.now(UTC)

ENTITY = text(
    """
    insert into graph.entity (tenant_id, row, type, id, title, attrs, valid_from, recorded_from)
    select :tenant, gen_random_uuid(), 'operations.service', 's' || n, 'Service ' || n, '{"owner": "x"}', :since, :since
    from generate_series(1, :many) n
    """
)
# `power` 2 makes favourites: entity m has about 3·(√(N/m) − 1) dependents.
EDGE = text(
    """
    insert into bench.edge
    select n, 1 + floor((n - 1) * random() ^ 2)::int from generate_series(2, :many) n, generate_series(1, :each)
    """
)
RELATION = text(
    """
    insert into graph.relation (tenant_id, row, from_type, from_id, kind, to_type, to_id, spreads,
                                valid_from, valid_to, recorded_from)
    select :tenant, gen_random_uuid(), 'operations.service', 's' || source, 'depends_on', 'operations.service',
           's' || target, true, :since, cast(:until as timestamptz), :since
    from (select distinct source, target from bench.edge tablesample bernoulli (:percent) repeatable (7)) e
    """
)
BARE = text(
    """
    with recursive reach (node, depth) as (
      select source, 1 from bench.edge where target = :start
      union select e.source, r.depth + 1 from reach r join bench.edge e on e.target = r.node where r.depth < :depth)
    select node, min(depth) from reach group by node limit 500
    """
)


async def fill(house: House, tenants: list[UUID]) -> None:
    database = house.adapter(Database)
    async with database.owner.begin() as owner:
        for statement in (
            "create schema bench",
            "create table bench.edge (source int not null, target int not null)",
            "grant usage on schema bench to companyos_app",
            "grant select, insert on bench.edge to companyos_app",
            "select setseed(0.2)",
        ):
            await owner.execute(text(statement))
        await owner.execute(EDGE, {"many": ENTITIES, "each": EACH})
        await owner.execute(text("create index on bench.edge (target, source)"))
    for tenant in tenants:
        async with house.begin(tenant=tenant) as work:
            await work.db.execute(text("set local statement_timeout = 0"))
            await work.db.execute(ENTITY, {"tenant": tenant, "since": SINCE, "many": ENTITIES})
            for percent, until in ((100, None), (20, NOW - timedelta(days=30))):
                given = {"tenant": tenant, "since": SINCE, "until": until, "percent": percent}
                await work.db.execute(RELATION, given)
    async with database.owner.connect() as owner:
        clean = await owner.execution_options(isolation_level="AUTOCOMMIT")
        await clean.execute(text("vacuum analyze"))


async def times(ask: Callable[[int], Awaitable[int]], starts: list[int]) -> tuple[list[float], float]:
    """Milliseconds of each question, sorted, and the mean number of entities found."""
    taken, found = [], 0
    for start in starts:
        began = time.perf_counter()
        found += await ask(start)
        taken.append((time.perf_counter() - began) * 1e3)
    return sorted(taken), found / len(starts)


def told(name: str, measured: tuple[list[float], float]) -> str:
    taken, found = measured
    p50, p95 = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
    return f"  {name:<44} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   {found:6.1f} entities"


async def measure(house: House) -> int:
    tenant = new_id()
    await fill(house, [tenant, new_id()])
    chance = random.Random(20)
    anyone = [chance.randint(1, ENTITIES) for _ in range(ASKED)]
    hubs = [chance.randint(1, 1000) for _ in range(ASKED // 4)]

    async def ours(start: int, as_of: datetime | None = None) -> int:
        async with house.begin(tenant=tenant) as work:
            blast = await Answers(work).blast_radius(
                EntityRef("operations.service", f"s{start}"), depth=DEPTH, as_of=as_of
            )
        return len(blast.affected)

    async def then(start: int) -> int:
        return await ours(start, NOW - timedelta(days=90))

    async def bare(start: int) -> int:
        async with house.begin(tenant=tenant) as work:
            return len((await work.db.execute(BARE, {"start": start, "depth": DEPTH})).all())

    for warm in anyone[:100]:
        await ours(warm)
        await bare(warm)
    lines = {
        "companyos, any entity": (mine := await times(ours, anyone)),
        "companyos, as of 90 days ago": await times(then, anyone),
        "companyos, one of the 1,000 greatest hubs": await times(ours, hubs),
        "bare recursive query, any entity": (peer := await times(bare, anyone)),
        "bare recursive query, hubs": await times(bare, hubs),
    }
    print(f"{ENTITIES:,} entities, {ENTITIES * EACH:,} relations, {DEPTH} steps, two tenants of this size")
    for name, measured in lines.items():
        print(told(name, measured))
    met = mine[0][int(ASKED * 0.95)] <= 50
    print(f"ratio of medians to the bare query: {mine[0][ASKED // 2] / peer[0][ASKED // 2]:.2f}")
    print(f"figure p95 ≤ 50 ms for any entity: {'met' if met else 'missed'}")
    return 0 if met else 1


async def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        async with running(compose(Settings(data=Path(folder))), background=False) as house:
            return await measure(house)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
