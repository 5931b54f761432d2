"""How many events a second does one core take in over HTTP: judged, under pseudonyms, durable before the answer?

Peer: the bare ceiling of the same run, which decodes the same bodies into the same envelopes, makes an HMAC-SHA-256
for each event, compresses the body (zstd 1) and syncs it, SENDERS bodies to a block, and does nothing else. Rates are
per second of this process's processor time, the sender being another process. Then the same with everything that
follows (tail, lake) at half the goal, sent by the clock: how long an answer takes, counted from when the batch was
due; how long until its events can be queried; and how much memory that needs. `--batches N` sends more.
"""

import argparse
import asyncio
import hmac
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import msgspec
import zstandard
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from companyos.adapters.keys.file import FileKeyRing
from companyos.adapters.lake.duckdb_iceberg import DuckDBIceberg
from companyos.adapters.postgres.embedded import EmbeddedPostgres
from companyos.adapters.stream.file import FileStream
from companyos.app.compose import parts
from companyos.app.server import free_port, server
from companyos.domains.analytics.api.events import answer, batch
from companyos.domains.analytics.rules.judging import Owner
from companyos.domains.analytics.service.analytics import Analytics
from companyos.domains.analytics.service.intake import Intake
from companyos.domains.analytics.settings import AnalyticsSettings
from companyos.domains.analytics.tables import TOPIC
from companyos.kernel.bodies import read_body
from companyos.spines.data.builtin import builtin
from companyos.spines.data.rules.compiling import Compiled, compiled

GOAL, SHARE, P99_MS, VISIBLE_SECONDS, MEMORY = 200_000, 0.5, 50.0, 5.0, 1 << 30
EVENTS, BYTES, SENDERS, USERS = 500, 600, 16, 20_000
OWNER = Owner(uuid.UUID(int=1), "prod", "bench", "eu")


class BuiltIn:
    """The schemas that come with CompanyOS, as the registry would find them."""

    def __init__(self) -> None:
        known = builtin(parts()).items()
        self._known = {name: compiled(versions[max(versions)]) for name, versions in known}

    async def find(self, tenant: uuid.UUID, name: str, version: str | None = None) -> Compiled | None:
        return self._known.get(name)


def body(number: int) -> bytes:
    """A batch as the console's SDK sends it; of 20,000 people, some of whom come back within the batch."""
    chance = random.Random(number)
    visitors = [chance.randrange(USERS) for _ in range(EVENTS // 4)]

    def event(n: int) -> dict:
        made = {
            "id": str(uuid.UUID(int=chance.getrandbits(128))),
            "event": "companyos.page_viewed",
            "schema": "1-0-0",
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{chance.randrange(1000):03d}Z",
            "user_id": f"person-{chance.choice(visitors)}",
            "session_id": chance.randbytes(12).hex(),
            "user_role": "sre",
            "feature": "operations",
            "consent_scope": ["product_analytics"],
            "purpose": "product_improvement",
            "device": "desktop",
            "plan": "team",
            "region": "eu-central",
            "props": {
                "path": f"/services/:name/tab-{n % 9}",
                "load_ms": chance.randrange(900),
                "referrer": "",
            },
        }
        missing = BYTES - len(msgspec.json.encode(made)) - 1
        made["props"]["referrer"] = "/" + "".join(chance.choices("abcdefgh/", k=max(0, min(missing, 190))))
        return made

    return msgspec.json.encode({"events": [event(n) for n in range(EVENTS)]})


def ceiling(bodies: list[bytes], folder: Path) -> float:
    """Events per processor second of decoding, HMAC, zstd and syncing alone."""
    compressor, key = zstandard.ZstdCompressor(level=1), b"k" * 32
    began = time.process_time()
    with (folder / "ceiling").open("wb", buffering=0) as file:
        for start in range(0, len(bodies), SENDERS):
            block = bodies[start : start + SENDERS]
            for one in block:
                for event in batch(one):
                    hmac.digest(key, event.user_id.encode(), "sha256")
            file.write(compressor.compress(b"".join(block)))
            os.fdatasync(file.fileno())
    return len(bodies) * EVENTS / (time.process_time() - began)


async def inside(bodies: list[bytes], folder: Path) -> float:
    """The intake alone: events per processor second."""
    stream = FileStream(folder / "inside")
    intake = Intake(stream, FileKeyRing(folder / "keys"), BuiltIn(), AnalyticsSettings())
    waiting = iter(bodies)

    async def sender() -> None:
        for one in waiting:
            assert all(verdict.accepted for verdict in await intake.accept(OWNER, batch(one)))

    await intake.accept(OWNER, batch(bodies[0]))
    began = time.process_time()
    await asyncio.gather(*(sender() for _ in range(SENDERS)))
    rate = len(bodies) * EVENTS / (time.process_time() - began)
    await stream.close()
    return rate


class Served:
    """An intake on a socket, and senders in another process."""

    def __init__(self, intake: Intake):
        self._intake = intake

    async def receive(self, request: Request) -> Response:
        raw = await read_body(request, self._intake, self._intake.settings)
        try:
            return answer(await self._intake.accept(OWNER, batch(raw)))
        finally:
            self._intake.waiting -= len(raw)

    async def run(self, batches: int, rate: float = 0.0) -> tuple[float, list[float]]:
        """Events per processor second, and the seconds that each answer took. `rate` in batches a second; 0: all."""
        app = Starlette(routes=[Route("/v1/events", self.receive, methods=["POST"])])
        port = free_port("127.0.0.1", 0)
        serving = server(app, "127.0.0.1", port)
        task = asyncio.create_task(serving.serve())
        await asyncio.sleep(0.5)
        apart = multiprocessing.get_context("spawn")  # a fork would make every page that we touch a copy
        told, begin = apart.Queue(), apart.Event()
        client = apart.Process(target=send, args=(port, batches, rate, begin, told))
        client.start()
        assert await asyncio.to_thread(told.get) == "ready"
        began = time.process_time()
        begin.set()
        times = await asyncio.to_thread(told.get)
        spent = time.process_time() - began
        client.join()
        serving.stop()
        await task
        return batches * EVENTS / spent, times


def send(port: int, batches: int, rate: float, begin: Any, told: Any) -> None:
    """The sender's process: SENDERS connections that are kept; each takes the next batch when it is due."""
    bodies = [body(n) for n in range(batches)]

    async def connection(waiting: list[tuple[float, bytes]], times: list[float]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while waiting:
            due, one = waiting.pop()
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            began = due or time.perf_counter()
            writer.write(
                b"POST /v1/events HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n" % len(one)
            )
            writer.write(one)
            head = await reader.readuntil(b"\r\n\r\n")
            assert b" 200 " in head.split(b"\r\n")[0], head
            lines = head.lower().split(b"\r\n")
            await reader.readexactly(
                int(next(h for h in lines if h.startswith(b"content-length")).split()[1])
            )
            times.append(time.perf_counter() - began)
        writer.close()

    async def everything() -> list[float]:
        start, times = time.perf_counter() + 0.2, []
        waiting = [(start + n / rate if rate else 0.0, one) for n, one in enumerate(bodies)][::-1]
        await asyncio.gather(*(connection(waiting, times) for _ in range(SENDERS)))
        return times

    told.put("ready")
    begin.wait()
    told.put(asyncio.run(everything()))


async def at_half(batches: int, folder: Path) -> tuple[float, float, int]:
    """At half the goal with everything that follows: 99th percentile of the answer in ms, seconds to visible, bytes."""
    with EmbeddedPostgres(folder / "catalog") as postgres:
        catalog = postgres.url().render_as_string(hide_password=False)
        stream, lake = FileStream(folder / "half"), DuckDBIceberg(folder / "lake", catalog)
        analytics = Analytics(stream, lake, FileKeyRing(folder / "keys"), BuiltIn(), AnalyticsSettings())
        await analytics.start()
        lags: list[float] = []
        watching = [
            asyncio.create_task(watch(analytics, lags)),
            asyncio.create_task(consolidating(analytics)),
        ]
        _, times = await Served(analytics.intake).run(batches, rate=GOAL / 2 / EVENTS)
        last = (await stream.extent(TOPIC)).last
        assert await analytics.tail.caught_up(last, seconds=60)
        await asyncio.sleep(0.1)
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        await analytics.stop()
        await stream.close()
        await lake.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return sorted(times)[int(len(times) * 0.99)] * 1000, max(lags), peak


async def watch(analytics: Analytics, lags: list[float]) -> None:
    """Note again and again how long it takes until what is durable now can be queried."""
    while True:
        last, began = (await analytics.stream.extent(TOPIC)).last, time.perf_counter()
        await analytics.tail.caught_up(last, seconds=60)
        lags.append(time.perf_counter() - began)
        await asyncio.sleep(0.05)


async def consolidating(analytics: Analytics) -> None:
    """The job, as a house runs it."""
    while True:
        await analytics.consolidate()
        await asyncio.sleep(1.0)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--batches", type=int, default=400)
    batches = parser.parse_args().batches
    bodies = [body(n) for n in range(batches)]
    size = sum(map(len, bodies)) / batches / EVENTS
    with tempfile.TemporaryDirectory(dir=".") as place:
        folder = Path(place).resolve()
        top = ceiling(bodies, folder)
        alone = asyncio.run(inside(bodies, folder))

        async def served() -> float:
            stream = FileStream(folder / "http")
            intake = Intake(stream, FileKeyRing(folder / "keys"), BuiltIn(), AnalyticsSettings())
            rate, _ = await Served(intake).run(batches)
            await stream.close()
            return rate

        http = asyncio.run(served())
        p99, visible, memory = asyncio.run(at_half(3 * batches, folder))
    print(f"{batches} batches of {EVENTS} events, {size:.0f} bytes an event, {SENDERS} senders at once")
    for what, rate in (("ceiling", top), ("intake in this process", alone), ("intake over HTTP", http)):
        print(f"{what:<28}{rate:12,.0f} events/s per core  {rate / top:5.2f} of the ceiling")
    print(
        f"at {GOAL // 2:,} events/s with tail and lake: answer p99 {p99:.0f} ms, visible after at most {visible:.1f} s,"
    )
    print(f"  memory at most {memory / 2**20:.0f} MiB (with the bodies to send and the ceiling's)")
    goals = {
        f"{GOAL:,} events/s per core over HTTP": http >= GOAL,
        f"{SHARE} of the ceiling": http / top >= SHARE,
        f"p99 of {P99_MS:.0f} ms": p99 <= P99_MS,
        f"visible in {VISIBLE_SECONDS:.0f} s": visible <= VISIBLE_SECONDS,
        "memory of 1 GiB": memory <= MEMORY,
    }
    for what, met in goals.items():
        print(f"goal: {what}: {'met' if met else 'MISSED'}")
    return 0 if all(goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
