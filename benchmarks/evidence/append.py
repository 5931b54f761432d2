"""How many audit records per second can be appended, and how far do the signed checkpoints lag behind?

Writers append in transactions of several records while the sequencer places them and signs. The ceiling of the same
run is a bare INSERT of the same row into a table without ledger, indexes or row-level security, by as many writers
in transactions of the same size, each as one pipeline; the two take turns, so that both meet the same noise.
Figure: ≥ 2,000 appends/s with every record under a checkpoint within 1 s.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from companyos.app.compose import compose
from companyos.app.running import running
from companyos.kernel.entities import EntityRef
from companyos.kernel.house import House
from companyos.kernel.ids import new_id
from companyos.kernel.ports.database import Database
from companyos.kernel.settings import Settings
from companyos.spines.evidence import sequencer
from companyos.spines.evidence.spine import SEQUENCE_SECONDS
from companyos.spines.evidence.verification import verify_house

SECONDS, ROUNDS, WRITERS, BATCH = 2.0, 4, 4, 20
SUBJECT = EntityRef("operations.service", str(new_id()))
DETAIL = {"from": "2.1.0", "to": "2.0.9", "reason": "error rate above 3 % for ten minutes"}
COLUMNS = (
    "id uuid primary key, tenant_id uuid, environment text, at timestamptz, actor text, action text, subject text, "
    "outcome text, detail text, request text, trace text"
)
BARE = text(
    "insert into bench.bare values (:id, :tenant, 'prod', now(), 'system:companyos', 'operations.service.changed', "
    ":subject, 'done', :detail, :request, '')"
)
LAG = text(
    """
    select extract(epoch from max(c.at - r.at)) from evidence.checkpoint c
    join lateral (select coalesce(max(size), 0) as size from evidence.checkpoint where size < c.size) p on true
    join evidence.leaf l on l."index" >= p.size and l."index" < c.size
    join evidence.record r on r.id = l.record_id
    """
)


async def rate(once: Callable[[int], Awaitable[None]], batch: int) -> float:
    """Records per second when every writer does one transaction after the other."""
    done = 0
    deadline = (began := time.perf_counter()) + SECONDS

    async def writer() -> None:
        nonlocal done
        while time.perf_counter() < deadline:
            await once(batch)
            done += batch

    await asyncio.gather(*(writer() for _ in range(WRITERS)))
    return done / (time.perf_counter() - began)


async def bare(app: AsyncEngine, tenant: UUID, batch: int) -> None:
    told = {"tenant": tenant, "subject": str(SUBJECT), "detail": str(DETAIL)}
    async with app.begin() as db:
        await db.execute(BARE, [{"id": new_id(), "request": str(new_id()), **told} for _ in range(batch)])


async def append(house: House, tenant: UUID, batch: int) -> None:
    async with house.begin(tenant=tenant, environment="prod") as work:
        for _ in range(batch):
            await work.record("operations.service.changed", SUBJECT, **DETAIL)


async def sequence(house: House) -> None:
    while True:
        await sequencer.run(house)
        await asyncio.sleep(SEQUENCE_SECONDS)


async def measure(house: House) -> int:
    database = house.adapter(Database)
    async with database.owner.begin() as owner:
        for statement in (
            "create schema bench",
            f"create table bench.bare ({COLUMNS})",
            "grant usage on schema bench to companyos_app",
            "grant insert on bench.bare to companyos_app",
        ):
            await owner.execute(text(statement))
    figures, met = [], True
    for batch in (BATCH, 1):
        tenant, ours, ceiling = new_id(), 0.0, 0.0
        sequencing = asyncio.create_task(sequence(house))
        for _ in range(ROUNDS):
            ceiling += await rate(lambda n: bare(database.app, new_id(), n), batch) / ROUNDS
            ours += await rate(lambda n, tenant=tenant: append(house, tenant, n), batch) / ROUNDS  # type: ignore[misc]
        await asyncio.sleep(1.0)
        sequencing.cancel()
        async with house.begin(tenant=tenant) as work:
            lag = float(await work.db.scalar(LAG) or 0)
        began = time.perf_counter()
        audit = await verify_house(house, tenant)
        seconds = time.perf_counter() - began
        assert audit.ok and audit.waiting == 0, audit.findings[:3]
        figures.append((batch, ours, ceiling, lag, audit.records / seconds))
        met &= lag <= 1.0 and (batch == 1 or ours >= 2_000)
    for batch, ours, ceiling, lag, checked in figures:
        print(f"transactions of {batch}, {WRITERS} writers, fsync on")
        print(
            f"  companyos, signed       {ours:>9,.0f} records/s   oldest record without checkpoint {lag:.2f} s"
        )
        print(f"  bare INSERT, the ceiling{ceiling:>9,.0f} records/s   ratio {ours / ceiling:.2f}")
        print(f"  audit verify            {checked:>9,.0f} records/s")
    print(f"figure ≥ 2,000 appends/s batched, checkpoint ≤ 1 s: {'met' if met else 'missed'}")
    return 0 if met else 1


async def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        async with running(compose(Settings(data=Path(folder))), background=False) as house:
            return await measure(house)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
