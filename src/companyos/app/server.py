"""The HTTP server: granian in this process and this event loop."""

import socket

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server
from starlette.types import ASGIApp

HEADER_TIMEOUT_MS = 10_000
BACKLOG = 1024


class PortTaken(OSError):
    """Another program listens on the address already."""


def free_port(host: str, port: int) -> int:
    """The port to listen on: `port`, or a free one for 0. Raises PortTaken in words."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"cannot listen on {host}:{port} ({error.strerror}); choose another with --port N"
            ) from error
        return int(probe.getsockname()[1])


def server(app: ASGIApp, host: str, port: int) -> Server:
    """A server for an application without lifespan; `await .serve()` runs it, `.stop()` ends it."""
    return Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT_MS),
        log_enabled=False,
        log_level=LogLevels.warning,
    )
