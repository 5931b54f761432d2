"""Counts the requests that the API answers; see `service/calls.py`."""

import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from companyos.kernel.house import House

from ..service.calls import Calls

API = "/api/v1"
OF_EVENTS = frozenset({f"{API}/analytics/events", f"{API}/analytics/arrivals"})
"""Sending events and watching them come in is not told: it would feed on itself."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED = "(unmatched)"


class Counting:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, house: House):
        self._app, self._house = app, house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        calls: Calls | None = self._house.adapters.get(Calls)
        if calls is None or scope["type"] != "http" or not _told(scope["path"]):
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                milliseconds = (time.perf_counter() - started) * 1000
                method = scope["method"] if scope["method"] in METHODS else "OTHER"
                calls.count(method, _route(scope), message["status"], milliseconds)
            await send(message)

        await self._app(scope, receive, noting)


def _told(path: str) -> bool:
    return path.startswith(f"{API}/") and path not in OF_EVENTS


def _route(scope: Scope) -> str:
    """The template of the route; routers do not know the path that they are served under."""
    route: Any = scope.get("route")
    path = getattr(route, "path", None)
    if path is None:
        return UNMATCHED
    return str(path) if path.startswith(API) else f"{API}{path}"
