"""Bodies of bulk intake: read with limits of their own, unpacked without ever holding more than allowed."""

import asyncio
import zlib
from typing import Protocol

import zstandard
from starlette.requests import ClientDisconnect, Request

from .problems import Malformed, Problem, TooLarge, Unauthenticated, Unavailable


class UnsupportedMedia(Problem):
    """The body is in a notation or packing that is not spoken here (RFC 9110 §15.5.16)."""

    status, code, title = 415, "unsupported_media", "This kind of body is not understood"


class BodyTooSlow(Problem):
    """The body did not arrive in time (RFC 9110 §15.5.9)."""

    status, code, title = 408, "too_slow", "The request body took too long"


class BodyLimits(Protocol):
    """Settings of whoever reads bodies: sizes in bytes, times in seconds."""

    max_body_bytes: int
    body_seconds: float
    max_waiting_bytes: int


class Waiting(Protocol):
    """Who counts the bytes that are being received or written at once, in `waiting`."""

    waiting: int


def bearer(request: Request) -> str:
    """The token of `Authorization: Bearer …`. Raises Unauthenticated when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("Send `Authorization: Bearer <ingest key>`.", error="invalid_request")
    return token.strip()


async def read_body(request: Request, counter: Waiting, limits: BodyLimits) -> bytes:
    """The whole body, counted in `counter.waiting` until the caller takes it out again.

    Refused early when it is too large (TooLarge), too slow (BodyTooSlow) or too much waits (Unavailable).
    """
    limit = limits.max_body_bytes
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.body_seconds):
            async for part in request.stream():
                size += len(part)
                counter.waiting += len(part)
                parts.append(part)
                if size > limit:
                    raise _too_large(limit)
                if counter.waiting > limits.max_waiting_bytes:
                    raise Unavailable("Too much arrives at once; nothing of this was kept.")
    except BaseException as error:
        counter.waiting -= size
        if isinstance(error, TimeoutError):
            raise BodyTooSlow(f"The body did not arrive within {limits.body_seconds:g} s.") from error
        if isinstance(error, ClientDisconnect):
            raise BodyTooSlow("The connection ended before the body did.") from error
        raise
    return b"".join(parts)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is over the limit of {limit} bytes; send smaller batches.")


def unpack(body: bytes, packing: str, limit: int) -> bytes:
    """Undo a Content-Encoding without ever holding more than `limit` bytes of result."""
    match packing.strip().lower():
        case "" | "identity":
            raw = body
        case "gzip":
            raw = _inflate(body, limit)
        case "zstd":
            raw = _unzstd(body, limit)
        case other:
            raise UnsupportedMedia(
                f"Content-Encoding {other[:40]!r} is not spoken here; use gzip, zstd or none."
            )
    if len(raw) > limit:
        raise TooLarge(f"The body is over the limit of {limit} bytes after decompression.")
    return raw


def _inflate(body: bytes, limit: int) -> bytes:
    reader = zlib.decompressobj(wbits=31)
    try:
        raw = reader.decompress(body, limit + 1)
    except zlib.error as error:
        raise Malformed(f"The body is not gzip as its Content-Encoding says: {error}.") from error
    if len(raw) <= limit and not reader.eof:
        raise Malformed("The gzip body ends too early.")
    return raw


def _unzstd(body: bytes, limit: int) -> bytes:
    try:
        with zstandard.ZstdDecompressor().stream_reader(body) as reader:
            return reader.read(limit + 1)
    except zstandard.ZstdError as error:
        raise Malformed(f"The body is not zstd as its Content-Encoding says: {error}.") from error
