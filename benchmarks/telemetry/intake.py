"""How many spans a second does one core take in over OTLP/HTTP, durable before the answer?

Peer: the bare ceiling of the same run, zstd and fdatasync of the same bodies in blocks of the same size, and nothing
else. Rates are per second of this process's processor time (one core), the sender being another process. The decoding
that consolidation does later is measured apart: it is not on the way to the answer.
"""

import asyncio
import multiprocessing
import os
import random
import sys
import tempfile
import time
import uuid
from pathlib import Path

import zstandard
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.applications import Starlette

from companyos.adapters.stream.file import FileStream
from companyos.app.server import free_port, server
from companyos.kernel.ports.stream import Record, Stored
from companyos.spines.telemetry.intake import Intake, Owner
from companyos.spines.telemetry.otlp import http
from companyos.spines.telemetry.otlp.columns import Decoder
from companyos.spines.telemetry.settings import TelemetrySettings

GOAL = 100_000
SPANS, BODIES, SENDERS = 512, 400, 16
TENANT = uuid.UUID(int=1)


def body(number: int) -> bytes:
    """A batch as an SDK sends it: about 250 bytes a span, six attributes each."""
    chance = random.Random(number)
    now = time.time_ns()

    def span(n: int) -> dict:
        start = now - chance.randrange(10**10)
        texts = {
            "http.request.method": "GET",
            "http.route": f"/things/{n % 9}",
            "server.address": "api.example",
        }
        attributes = [{"key": k, "value": {"string_value": v}} for k, v in texts.items()]
        attributes.append({"key": "http.response.status_code", "value": {"int_value": 200}})
        attributes.append({"key": "thread.id", "value": {"int_value": chance.randrange(10**6)}})
        attributes.append({"key": "user", "value": {"string_value": chance.randbytes(8).hex()}})
        return {
            "trace_id": chance.randbytes(16),
            "span_id": chance.randbytes(8),
            "parent_span_id": chance.randbytes(8) if n % 3 else b"",
            "name": f"GET /things/{n % 9}",
            "kind": 2 if n % 3 == 0 else 3,
            "start_time_unix_nano": start,
            "end_time_unix_nano": start + chance.randrange(10**9),
            "attributes": attributes,
        }

    resource = {"attributes": [{"key": "service.name", "value": {"string_value": f"service-{number % 10}"}}]}
    scope = {"scope": {"name": "bench"}, "spans": [span(n) for n in range(SPANS)]}
    request = ExportTraceServiceRequest(resource_spans=[{"resource": resource, "scope_spans": [scope]}])
    return request.SerializeToString()


def ceiling(bodies: list[bytes], folder: Path) -> float:
    """Spans per processor second of compressing and syncing alone, SENDERS bodies to a block."""
    compressor = zstandard.ZstdCompressor(level=1)
    began = time.process_time()
    with (folder / "ceiling").open("wb", buffering=0) as file:
        for start in range(0, len(bodies), SENDERS):
            file.write(compressor.compress(b"".join(bodies[start : start + SENDERS])))
            os.fdatasync(file.fileno())
    return len(bodies) * SPANS / (time.process_time() - began)


async def inside(bodies: list[bytes], folder: Path) -> tuple[float, float]:
    """The intake alone: spans per processor second and per second of the clock."""
    stream = FileStream(folder / "inside")
    intake = Intake(stream, TelemetrySettings())
    waiting = iter(bodies)

    async def sender() -> None:
        for one in waiting:
            await intake.accept("traces", Owner(TENANT, "prod"), one)

    await intake.accept("traces", Owner(TENANT, "prod"), bodies[0])
    cpu, clock = time.process_time(), time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(SENDERS)))
    rates = (
        len(bodies) * SPANS / (time.process_time() - cpu),
        len(bodies) * SPANS / (time.perf_counter() - clock),
    )
    await stream.close()
    return rates


async def over_http(bodies: list[bytes], folder: Path) -> tuple[float, float, float]:
    """The same over a socket; also the 99th percentile of the time to the answer, in milliseconds."""
    stream = FileStream(folder / "http")
    settings = TelemetrySettings()
    intake = Intake(stream, settings)

    async def authenticate(token: str) -> Owner:
        return Owner(TENANT, "prod")

    app = Starlette(routes=http.routes(lambda request: (intake, settings, authenticate)))
    port = free_port("127.0.0.1", 0)
    serving = server(app, "127.0.0.1", port)
    task = asyncio.create_task(serving.serve())
    await asyncio.sleep(0.5)
    told: multiprocessing.Queue = multiprocessing.get_context("fork").Queue()
    client = multiprocessing.get_context("fork").Process(target=send, args=(port, bodies, told))
    cpu, clock = time.process_time(), time.perf_counter()
    client.start()
    times = await asyncio.to_thread(told.get)
    spent, passed = time.process_time() - cpu, time.perf_counter() - clock
    client.join()
    serving.stop()
    await task
    await stream.close()
    spans = len(bodies) * SPANS
    return spans / spent, spans / passed, sorted(times)[int(len(times) * 0.99)] * 1000


def send(port: int, bodies: list[bytes], told: "multiprocessing.Queue") -> None:
    """The sender's process: SENDERS connections that are kept, one body after the other on each."""

    async def connection(waiting: "list[bytes]", times: list[float]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while waiting:
            one = waiting.pop()
            began = time.perf_counter()
            writer.write(
                b"POST /v1/traces HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer key\r\n"
                b"Content-Type: application/x-protobuf\r\nContent-Length: %d\r\n\r\n" % len(one)
            )
            writer.write(one)
            head = await reader.readuntil(b"\r\n\r\n")
            assert b" 200 " in head.split(b"\r\n")[0], head
            length = int(
                next(h for h in head.lower().split(b"\r\n") if h.startswith(b"content-length")).split()[1]
            )
            await reader.readexactly(length)
            times.append(time.perf_counter() - began)
        writer.close()

    async def everything() -> list[float]:
        waiting, times = list(bodies), []
        await asyncio.gather(*(connection(waiting, times) for _ in range(SENDERS)))
        return times

    told.put(asyncio.run(everything()))


def decoding(bodies: list[bytes]) -> float:
    """Spans per processor second from stored bodies to Arrow columns and roll-up."""
    headers = {"tenant": str(TENANT), "environment": "prod", "received_ns": str(time.time_ns())}
    stored = [Stored(n + 1, Record(one, headers)) for n, one in enumerate(bodies[:100])]
    decoder = Decoder("traces")
    began = time.process_time()
    decoder.tables(stored)
    return len(stored) * SPANS / (time.process_time() - began)


def line(what: str, rate: float, top: float, more: str = "") -> None:
    print(f"{what:<46}{rate:12,.0f} spans/s per core  {rate / top:5.2f} of the ceiling  {more}".rstrip())


def main() -> int:
    bodies = [body(n) for n in range(BODIES)]
    size = sum(map(len, bodies)) / BODIES / SPANS
    with tempfile.TemporaryDirectory(dir=".") as folder:
        top = ceiling(bodies, Path(folder))
        alone, clock = asyncio.run(inside(bodies, Path(folder)))
        socket, socket_clock, p99 = asyncio.run(over_http(bodies, Path(folder)))
    decoded = decoding(bodies)
    print(f"{BODIES} batches of {SPANS} spans, {size:.0f} bytes a span, protobuf, {SENDERS} senders at once")
    line("ceiling (zstd + fdatasync of the same bytes)", top, top)
    line("intake in this process", alone, top, f"{clock:,.0f} spans/s by the clock")
    line(
        "intake over HTTP", socket, top, f"{socket_clock:,.0f} spans/s by the clock, answer p99 {p99:.0f} ms"
    )
    line("decoding at consolidation, apart", decoded, top)
    print(f"goal: {GOAL:,} spans/s per core over HTTP: {'met' if socket >= GOAL else 'MISSED'}")
    return 0 if socket >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
