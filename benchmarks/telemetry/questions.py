"""How long do the questions of the landing page and of a service page take on four weeks of history?

Peer: the same sums by DuckDB over one Parquet file with the same rows and nothing else: no tenant, no plan, no tail.
Figure: p95 of the landing page's one question at most 150 ms (specification 25.7).
"""

import asyncio
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from companyos.adapters.lake.duckdb_iceberg import DuckDBIceberg
from companyos.adapters.postgres.embedded import EmbeddedPostgres
from companyos.adapters.stream.file import FileStream
from companyos.spines.telemetry.health import health
from companyos.spines.telemetry.histogram import bucket_of
from companyos.spines.telemetry.red import load_red, red
from companyos.spines.telemetry.settings import TelemetrySettings
from companyos.spines.telemetry.signals import RED
from companyos.spines.telemetry.telemetry import Telemetry
from companyos.spines.telemetry.upkeep import keep_up
from companyos.spines.telemetry.window import Window

GOAL_MS = 150
TENANT = uuid.UUID(int=1)
SERVICES, OPERATIONS, DAYS, GRAIN, ROUNDS = 15, 4, 28, timedelta(minutes=5), 40


def history(now: datetime) -> list[dict]:
    """Four weeks of 15 services with 4 operations each, in grains of 5 minutes."""
    chance = random.Random(1)
    start = now.replace(second=0, microsecond=0) - timedelta(days=DAYS)
    buckets = [bucket_of(int(ms * 1e6)) for ms in (2, 4, 6, 9, 13, 20, 35, 80)]
    rows = []
    for step in range(DAYS * 24 * 12):
        for service in range(SERVICES):
            for operation in range(OPERATIONS):
                counts = [chance.randrange(1, 40) for _ in buckets]
                rows.append(
                    {
                        "tenant_id": str(TENANT),
                        "at": start + step * GRAIN,
                        "environment": "prod",
                        "service": f"service-{service}",
                        "operation": f"GET /{operation}",
                        "count": sum(counts),
                        "errors": chance.randrange(3),
                        "duration_ns": sum(counts) * 10_000_000,
                        "buckets": buckets,
                        "counts": counts,
                    }
                )
    return rows


async def p95(ask: Callable[[], Awaitable[object]]) -> float:
    times = []
    await ask()
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await ask()
        times.append(time.perf_counter() - began)
    return sorted(times)[int(ROUNDS * 0.95)] * 1000


def bare(rows: pa.Table, folder: Path) -> Callable[[], Awaitable[object]]:
    pq.write_table(rows, folder / "bare.parquet", compression="zstd")
    db = duckdb.connect(config={"threads": 2})
    sums = 'service, sum(count), sum(errors), max(epoch_us("at"))'
    sql = f"select {sums} from '{folder}/bare.parquet' group by service"

    async def ask() -> object:
        return await asyncio.to_thread(lambda: db.cursor().execute(sql).fetchall())

    return ask


async def measure(folder: Path, catalog: str) -> int:
    now = datetime.now(UTC)
    stream, lake = FileStream(folder / "stream"), DuckDBIceberg(folder / "lake", catalog)
    telemetry = Telemetry(stream, lake, TelemetrySettings())
    await telemetry.start()
    rows = history(now)
    began = time.perf_counter()
    await load_red(telemetry, rows)
    loading = time.perf_counter() - began
    await keep_up(lake, telemetry.settings)
    names = [f"service-{n}" for n in range(12)]
    day = Window(now - timedelta(days=1), now)
    landing = await p95(lambda: health(telemetry, TENANT, "prod", now=now, services=names))
    page = await p95(lambda: red(telemetry, TENANT, "prod", "service-3", day, timedelta(minutes=15)))
    peer = await p95(bare(pa.Table.from_pylist(rows, schema=RED.schema), folder))
    await telemetry.stop()
    await stream.close()
    await lake.close()
    print(f"{len(rows):,} roll-up rows loaded in {loading:.1f} s ({len(rows) / loading:,.0f} rows/s)")
    print(f"bare DuckDB, three sums by service            p95 {peer:6.1f} ms")
    print(
        f"health of 12 services over 30 days           p95 {landing:6.1f} ms  {landing / peer:5.1f} × the bare sums"
    )
    print(
        f"RED of one service over a day, 96 points     p95 {page:6.1f} ms  {page / peer:5.1f} × the bare sums"
    )
    print(f"goal: landing p95 ≤ {GOAL_MS} ms: {'met' if landing <= GOAL_MS else 'MISSED'}")
    return 0 if landing <= GOAL_MS else 1


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres") as server:
        return asyncio.run(measure(Path(folder), server.url().render_as_string(hide_password=False)))


if __name__ == "__main__":
    sys.exit(main())
