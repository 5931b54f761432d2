"""The HTTP server: granian in this process and this event loop."""

import errno
import gc
import socket

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server
from starlette.types import ASGIApp

from companyos.kernel.problems import Misconfigured

HEADER_TIMEOUT_MS = 10_000
BACKLOG = 1024
GARBAGE_AFTER = (50_000, 20, 100)
"""When cyclic garbage is looked for (`gc.set_threshold`): a batch makes thousands of objects that form no cycle. With
Python's 700, half of the time of taking events in went into looking through all that the house holds."""


class CannotListen(Misconfigured):
    """The host is none of this computer, or the port is not to be had."""

    title = "CompanyOS cannot listen there"


def free_port(host: str, port: int) -> int:
    """The port to listen on: `port`, or a free one for 0. Raises CannotListen."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = f"Nothing can listen on {host}:{port} ({error.strerror})."
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                fix = "Name an address of this computer with --host: 127.0.0.1 for itself, 0.0.0.0 for all it has."
                raise CannotListen.at("COMPANYOS_HOST", why, fix) from None
            fix = "Choose another port with --port N; 0 takes a free one."
            raise CannotListen.at("COMPANYOS_PORT", why, fix) from None
        return int(probe.getsockname()[1])


def server(app: ASGIApp, host: str, port: int) -> Server:
    """A server for an application without lifespan; `await .serve()` runs it, `.stop()` ends it."""
    gc.set_threshold(*GARBAGE_AFTER)
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
