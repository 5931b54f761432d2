"""A network cable between one browser and the installation that can be pulled out: connections really break."""

import asyncio
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit


@dataclass(slots=True)
class Cable:
    """A forward proxy that copies bytes: the installation understands absolute addresses (RFC 9112 §3.2.2) itself."""

    to: str
    server: asyncio.Server | None = None
    whole: bool = True
    ends: set[StreamWriter] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self.server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.pull()
        assert self.server is not None
        self.server.close()

    @property
    def proxy(self) -> dict[str, str]:
        """What Playwright takes as the proxy of a context; by itself Chromium goes around one to reach localhost."""
        assert self.server is not None
        port = self.server.sockets[0].getsockname()[1]
        return {"server": f"http://127.0.0.1:{port}", "bypass": "<-loopback>"}

    def pull(self) -> None:
        """Break what is connected; connect nothing new."""
        self.whole = False
        for end in list(self.ends):
            end.transport.abort()

    def plug_in(self) -> None:
        """Connect again."""
        self.whole = True

    async def _carry(self, near_in: StreamReader, near_out: StreamWriter) -> None:
        if not self.whole:
            return near_out.transport.abort()
        there = urlsplit(self.to)
        far_in, far_out = await asyncio.open_connection("127.0.0.1", there.port)
        self.ends |= {near_out, far_out}
        await asyncio.gather(self._copy(near_in, far_out), self._copy(far_in, near_out))
        self.ends -= {near_out, far_out}
        return None

    async def _copy(self, source: StreamReader, sink: StreamWriter) -> None:
        with suppress(ConnectionError):  # pulled out
            while chunk := await source.read(65536):
                sink.write(chunk)
                await sink.drain()
        sink.close()
