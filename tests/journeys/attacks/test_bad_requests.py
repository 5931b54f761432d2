"""Requests that are too large, too slow, too many or two at once; sent by hand."""

import asyncio
import gzip
import json

import httpx
import pytest

from companyos.app import server as http_server
from companyos.app.compose import asgi
from companyos.kernel.house import House
from companyos.testing.world import Client

from .raw import request, talk

LIMIT = 1_048_576


def of(who: Client, *more: str) -> tuple[str, ...]:
    return (f"Authorization: Bearer {who.token}", "Content-Type: application/json", *more)


async def alive(browser: httpx.AsyncClient) -> bool:
    """Whether the house still answers others."""
    return (await browser.get("/healthz")).status_code == 200


async def test_a_body_over_the_limit_is_refused_before_it_is_read(served: str, engineer: Client) -> None:
    declared = request("POST", "/api/v1/services", *of(engineer, f"Content-Length: {LIMIT + 1}"))
    answer = await talk(served, declared)
    assert answer.status == 413
    assert b"1048576 bytes" in answer.rest


async def test_a_body_without_a_length_is_cut_at_the_limit(served: str, engineer: Client) -> None:
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    start = request("POST", "/api/v1/services", *of(engineer, "Transfer-Encoding: chunked"))
    answer = await talk(served, start, *[chunk] * 20)
    assert answer.status in (413, 0)  # 0: the refusal was overtaken by the connection being cut


async def test_a_body_that_drips_is_given_up(
    served: str, engineer: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.settings, "body_timeout_seconds", 0.5)
    start = request("POST", "/api/v1/services", *of(engineer, "Content-Length: 100"))
    answer = await talk(served, start, *[b" "] * 40, pause=0.1)
    assert answer.status == 408
    assert json.loads(answer.rest)["code"] == "too_slow"


async def test_headers_that_drip_are_given_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "HEADER_TIMEOUT_MS", 500)
    port = http_server.free_port("127.0.0.1", 0)
    impatient = http_server.server(asgi(house), "127.0.0.1", port)
    serving = asyncio.create_task(impatient.serve())
    await asyncio.sleep(0.3)
    dripping = [b"GET /healthz HTTP/1.1\r\n", b"Host: test\r\n", *[b"X-Drip: x\r\n"] * 100]
    answer = await talk(f"http://127.0.0.1:{port}", *dripping, pause=0.1)
    impatient.stop()  # type: ignore[no-untyped-call]
    await serving
    assert answer.status in (408, 0)


@pytest.mark.parametrize(
    "head",
    [
        request("GET", "/api/v1/me", *(f"X-Filler-{n}: x" for n in range(5000))),
        request("GET", "/api/v1/me", "X-Long: " + "x" * 2_000_000),
        request("GET", "/api/v1/search?q=" + "x" * 2_000_000),
        request("GET", "/" + "a/" * 500_000),
    ],
    ids=["many headers", "a long header", "a long query", "a deep path"],
)
async def test_a_head_without_end_is_refused(served: str, browser: httpx.AsyncClient, head: bytes) -> None:
    answer = await talk(served, head)
    assert answer.status in (0, 400, 404, 414, 431)
    assert await alive(browser)


SMUGGLED = b"GET /api/v1/smuggled HTTP/1.1\r\nHost: test\r\n\r\n"


@pytest.mark.parametrize(
    "framing",
    [
        ("Content-Length: 4", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 4"),
        ("Content-Length: 4", "Content-Length: 60"),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding : chunked",),
        ("Content-Length: +4",),
        ("Content-Length: 0x4",),
        ("Content-Length: -1",),
        ("X: y\r\n Content-Length: 4",),
    ],
    ids=str,
)
async def test_one_request_is_never_read_as_two(served: str, framing: tuple[str, ...]) -> None:
    """A body that ends early for one reader and late for another (RFC 9112 §6.3, §11.2)."""
    body = b"0\r\n\r\n" + SMUGGLED
    answer = await talk(served, request("POST", "/oauth/token", *framing, body=body))
    assert b"smuggled" not in answer.rest
    assert answer.rest.count(b"HTTP/1.1") == 0 or b"HTTP/1.1 400" in answer.rest


@pytest.mark.parametrize(
    "line", ["GET /healthz HTTP/1.1\nHost: test\n\n", "GET /healthz\r\n\r\n", "\0\r\n\r\n"]
)
async def test_what_is_no_http_is_no_request(served: str, browser: httpx.AsyncClient, line: str) -> None:
    assert (await talk(served, line.encode(), end=True)).status in (0, 200, 400)
    assert await alive(browser)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
async def test_json_of_any_depth_is_refused_in_words(engineer: Client, opening: str, closing: str) -> None:
    for depth in (500, 100_000):
        body = (opening * depth + "1" + closing * depth).encode()
        answer = await engineer.post("/services", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422), answer.text
        assert answer.json()["reasons"][0]["sentence"]


async def test_a_bomb_does_not_go_off_in_the_intake(ingest_key: str, browser: httpx.AsyncClient) -> None:
    bomb = gzip.compress(bytes(200_000_000), 9)
    headers = {"Authorization": f"Bearer {ingest_key}", "Content-Encoding": "gzip"}
    for kind in ("application/json", "application/x-protobuf"):
        answer = await browser.post("/v1/traces", content=bomb, headers=headers | {"Content-Type": kind})
        assert answer.status_code == 413, answer.text
    deep = gzip.compress(b'{"resourceSpans":' + b"[" * 1_000_000)
    answer = await browser.post(
        "/v1/traces", content=deep, headers=headers | {"Content-Type": "application/json"}
    )
    assert answer.status_code == 400


async def test_a_packed_body_is_not_unpacked_by_the_api(engineer: Client) -> None:
    packed = gzip.compress(b'{"name": "packed"}')
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = await engineer.post("/services", content=packed, headers=headers)
    assert answer.status_code in (400, 415, 422), answer.text
