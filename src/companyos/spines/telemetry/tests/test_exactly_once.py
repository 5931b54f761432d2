"""Kill -9 at any moment, under load: every acknowledged record is there exactly once, in spans and in the roll-up."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta

from companyos.adapters.lake.duckdb_iceberg import DuckDBIceberg
from companyos.adapters.stream.file import FileStream
from companyos.spines.telemetry.settings import TelemetrySettings
from companyos.spines.telemetry.signals import RED, SPANS
from companyos.spines.telemetry.telemetry import Telemetry

TENANT = uuid.UUID(int=7)
DAY = timedelta(days=1)

SENDER = """
import asyncio, os, sys, time, uuid
from pathlib import Path
from companyos.adapters.lake.duckdb_iceberg import DuckDBIceberg
from companyos.adapters.stream.file import FileStream
from companyos.spines.telemetry.intake import Owner
from companyos.spines.telemetry.settings import TelemetrySettings
from companyos.spines.telemetry.telemetry import Telemetry
from companyos.spines.telemetry.upkeep import keep_up
sys.path.insert(0, sys.argv[4])
from otlp_bodies import span, traces

async def main():
    folder, catalog, first = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    settings = TelemetrySettings(linger_seconds=0.01, commit_seconds=0.05, compact_from=3, grace_minutes=0)
    stream, lake = FileStream(folder / "stream", segment_bytes=50_000), DuckDBIceberg(folder / "lake", catalog)
    telemetry = Telemetry(stream, lake, settings)
    await telemetry.start()
    owner = Owner(uuid.UUID(int=7), "prod")

    async def send(n):
        body = traces(*(span(n * 10 + k) for k in range(10))).SerializeToString()
        await telemetry.intake.accept("traces", owner, body)
        os.write(1, f"{n}\\n".encode())

    async def consolidate():
        while True:
            await telemetry.consolidate()
            await keep_up(telemetry.lake, settings)
            await asyncio.sleep(0.02)

    asyncio.create_task(consolidate())
    os.write(1, b"started\\n")
    n = first
    while True:
        await asyncio.gather(*(send(n + k) for k in range(5)))
        n += 5
        await asyncio.sleep(0.005)

asyncio.run(main())
"""


async def test_kill_9_under_load_loses_nothing_and_counts_nothing_twice(tmp_path, catalog):
    acked: set[int] = set()
    chance = random.Random(3)
    here = os.path.dirname(__file__)
    for round_ in range(4):
        sender = subprocess.Popen(
            [sys.executable, "-c", SENDER, str(tmp_path), catalog, str(round_ * 1_000_000), here],
            stdout=subprocess.PIPE,
        )
        assert await asyncio.to_thread(sender.stdout.readline) == b"started\n"
        await asyncio.sleep(chance.uniform(0.5, 2.0))
        sender.send_signal(signal.SIGKILL)
        output = await asyncio.to_thread(sender.stdout.read)
        sender.wait()
        sender.stdout.close()
        acked |= set(map(int, output.split(b"\n")[:-1]))

    stream, lake = FileStream(tmp_path / "stream"), DuckDBIceberg(tmp_path / "lake", catalog)
    telemetry = Telemetry(stream, lake, TelemetrySettings(linger_seconds=0.01))
    await telemetry.start()
    now = datetime.now(UTC)
    for at_once in (False, True):
        if at_once:
            await telemetry.consolidate(at_once=True)
        spans = (await lake.scan(telemetry.scan(SPANS, TENANT, now - DAY, now + DAY)))["span_id"].to_pylist()
        numbers = [int(i, 16) - 1 for i in spans]
        assert len(set(numbers)) == len(numbers)
        assert {n * 10 + k for n in acked for k in range(10)} <= set(numbers)
        rolled = (await lake.scan(telemetry.scan(RED, TENANT, now - DAY, now + DAY)))["count"].to_pylist()
        assert sum(rolled) == len(numbers)
    assert len(acked) > 200
    assert await lake.mark(SPANS) == await lake.mark(RED) == (await stream.extent("telemetry.traces")).last
    await telemetry.stop()
    await stream.close()
    await lake.close()


async def test_a_crash_between_two_tables_is_made_up(telemetry, tenant, monkeypatch):
    from companyos.spines.telemetry.intake import Owner

    from .otlp_bodies import span, traces

    append, broken = telemetry.lake.append, True

    async def sometimes(table, rows, **options):
        if table is RED and broken:
            raise OSError("the disk is gone")
        await append(table, rows, **options)

    monkeypatch.setattr(telemetry.lake, "append", sometimes)
    for n in range(3):
        body = traces(span(n)).SerializeToString()
        await telemetry.intake.accept("traces", Owner(tenant, "prod"), body)
        assert await telemetry.caught_up("traces", n + 1)
        broken = n < 2
        try:
            await telemetry.consolidate(at_once=True)
        except OSError:
            assert broken
    now = datetime.now(UTC)
    for table, column in ((SPANS, "span_id"), (RED, "count")):
        found = await telemetry.lake.scan(telemetry.scan(table, tenant, now - DAY, now + DAY))
        assert len(found[column]) == 3
    assert await telemetry.lake.mark(RED) == 3
