"""HTTP by hand: requests that no proper client would send."""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status (0 when the connection was closed without a word), headers, everything after."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    rest: bytes = b""


async def talk(url: str, *parts: bytes, pause: float = 0.0, end: bool = False) -> Answer:
    """Send parts with pauses between them and read all that the server says until it closes or falls silent."""
    host = urlsplit(url)
    reader, writer = await asyncio.open_connection(host.hostname, host.port)
    try:
        async with asyncio.timeout(SECONDS):
            listening = asyncio.create_task(_listen(reader))
            for part in parts:
                if listening.done():
                    break
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(pause)
            if end:
                writer.write_eof()
            return await listening
    except ConnectionError:
        return Answer(0)
    finally:
        writer.close()


async def _listen(reader: asyncio.StreamReader) -> Answer:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return Answer(0)
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines if line)}
    rest = b""
    try:
        async with asyncio.timeout(1):
            while more := await reader.read(65536):
                rest += more
    except (TimeoutError, ConnectionError):
        pass  # it keeps the connection open, or has cut it: what it said is complete either way
    return Answer(int(first.split()[1]), headers, rest)


def request(method: str, path: str, *headers: str, body: bytes = b"") -> bytes:
    """A request as bytes, with nothing added but Host."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: test", *headers, "", ""]).encode("latin-1") + body
