"""OTLP over a real socket: what is acknowledged can be queried; what is wrong is told."""

import asyncio
import gzip
import json
import zlib
from datetime import timedelta

import httpx
import pytest
import zstandard
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from companyos.spines.telemetry.logs import LogQuery, find_logs
from companyos.spines.telemetry.signals import SPANS
from companyos.spines.telemetry.window import Window

from .otlp_bodies import log, logs, span, traces

PROTOBUF = {"Content-Type": "application/x-protobuf"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def http(served):
    async with httpx.AsyncClient(base_url=served.url, headers=served.headers) as client:
        yield client


async def spans_of(served, now):
    await served.settle("traces")
    day = timedelta(days=1)
    scan = served.telemetry.scan(SPANS, served.tenant, now - day, now + day)
    return await served.telemetry.lake.scan(scan)


@pytest.mark.parametrize("packing", ["identity", "gzip", "zstd"])
async def test_protobuf_is_kept(served, http, now, packing):
    body = traces(*(span(n) for n in range(20))).SerializeToString()
    pack = {"identity": bytes, "gzip": gzip.compress, "zstd": zstandard.compress}[packing]
    answer = await http.post(
        "/v1/traces", content=pack(body), headers={**PROTOBUF, "Content-Encoding": packing}
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-protobuf"
    assert not ExportTraceServiceResponse.FromString(answer.content).HasField("partial_success")
    found = await spans_of(served, now)
    assert found.num_rows == 20
    assert set(found["tenant_id"].to_pylist()) == {str(served.tenant)}


async def test_json_is_kept(served, http, now):
    record = {
        "timeUnixNano": str(int(now.timestamp() * 1e9)),
        "severityText": "WARN",
        "body": {"stringValue": "hi"},
    }
    body = {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}
    answer = await http.post("/v1/logs", content=json.dumps(body), headers=JSON)
    assert (answer.status_code, answer.json()) == (200, {})
    await served.settle("logs")
    window = Window(now - timedelta(hours=1), now + timedelta(hours=1))
    [line] = await find_logs(served.telemetry, served.tenant, "prod", LogQuery(window), limit=5)
    assert (line.body, line.severity, line.service) == ("hi", "warn", "unknown_service")


async def test_part_of_a_batch_can_be_refused(served, http, now):
    body = traces(span(1), {**span(2), "trace_id": b"short"}, {**span(3), "span_id": b""}).SerializeToString()
    answer = await http.post("/v1/traces", content=body, headers=PROTOBUF)
    told = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert answer.status_code == 200
    assert told.rejected_spans == 2
    assert "trace_id must be 16 bytes" in told.error_message
    assert (await spans_of(served, now)).num_rows == 1


async def test_a_part_refused_is_told_in_json_too(http):
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [{"name": "no ids"}]}]}]}
    answer = await http.post("/v1/traces", json=body)
    assert answer.status_code == 200
    assert answer.json()["partialSuccess"]["rejectedSpans"] == 1


BOMB = zlib.compressobj(9, wbits=31)
BOMB = BOMB.compress(bytes(50_000_000)) + BOMB.flush()


@pytest.mark.parametrize(
    ("content", "headers", "status", "told"),
    [
        (b"\xff\xff\xff", PROTOBUF, 400, "ExportTraceServiceRequest"),
        (b"{", JSON, 400, "OTLP JSON"),
        (b"x", {"Content-Type": "text/plain"}, 415, "application/x-protobuf"),
        (b"x", {}, 415, "Content-Type"),
        (b"x", {**PROTOBUF, "Content-Encoding": "br"}, 415, "gzip"),
        (b"not gzip", {**PROTOBUF, "Content-Encoding": "gzip"}, 400, "gzip"),
        (
            gzip.compress(b"abc" * 99, mtime=0)[:-9],
            {**PROTOBUF, "Content-Encoding": "gzip"},
            400,
            "too early",
        ),
        (b"not zstd", {**PROTOBUF, "Content-Encoding": "zstd"}, 400, "zstd"),
        (bytes(1_000_001), PROTOBUF, 413, "1000000 bytes"),
        (BOMB, {**PROTOBUF, "Content-Encoding": "gzip"}, 413, "after decompression"),
    ],
)
async def test_bad_bodies_are_told_what_is_wrong(served, http, now, content, headers, status, told):
    answer = await http.post("/v1/traces", content=content, headers=headers)
    assert answer.status_code == status
    if headers.get("Content-Type") == "application/x-protobuf":
        message = Status.FromString(answer.content)
        assert told in message.message
        assert message.code
    else:
        assert answer.headers["content-type"] == "application/problem+json"
        assert told in answer.json()["detail"]
    assert served.telemetry.intake.waiting == 0
    assert (await spans_of(served, now)).num_rows == 0


async def status_of_chunks(served, *chunks):
    """The status that a body sent in chunks (and never finished) is answered with."""
    host, port = served.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(
        b"POST /v1/traces HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/x-protobuf\r\nAuthorization: Bearer right-key\r\n\r\n"
    )
    for chunk in chunks:
        writer.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
    async with asyncio.timeout(5):
        line = await reader.readline()
    writer.close()
    return int(line.split()[1])


async def test_a_body_without_length_is_cut_at_the_limit(served):
    assert await status_of_chunks(served, *[bytes(65536)] * 20) == 413
    assert served.telemetry.intake.waiting == 0


async def test_a_slow_body_is_given_up(served):
    served.telemetry.settings.body_seconds = 0.3
    assert await status_of_chunks(served, b"a") == 408
    assert served.telemetry.intake.waiting == 0


@pytest.mark.parametrize("given", [None, "Bearer wrong", "Basic abc", "Bearer"])
async def test_without_the_right_key_nothing_is_taken(served, given, now):
    headers = PROTOBUF | ({"Authorization": given} if given else {})
    async with httpx.AsyncClient(base_url=served.url) as client:
        answer = await client.post("/v1/traces", content=traces(span(1)).SerializeToString(), headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert (await spans_of(served, now)).num_rows == 0


async def test_a_full_disk_says_so_and_keeps_nothing_of_the_request(served, http, now):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        answer = await http.post("/v1/traces", content=traces(span(1)).SerializeToString(), headers=PROTOBUF)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "no room left" in Status.FromString(answer.content).message
    again = await http.post("/v1/traces", content=traces(span(2)).SerializeToString(), headers=PROTOBUF)
    assert again.status_code == 200
    assert (await spans_of(served, now)).num_rows == 1


async def test_what_is_acknowledged_is_queryable_within_five_seconds(served, http, now):
    started = asyncio.get_running_loop().time()
    body = logs(log("needle")).SerializeToString()
    assert (await http.post("/v1/logs", content=body, headers=PROTOBUF)).status_code == 200
    window = Window(now - timedelta(hours=1), now + timedelta(hours=1))
    while not await find_logs(served.telemetry, served.tenant, "prod", LogQuery(window, q="NEEDLE"), limit=1):
        assert asyncio.get_running_loop().time() - started < 5
        await asyncio.sleep(0.02)
