"""A server span, a log line and a measurement for every request (OpenTelemetry HTTP semantic conventions 1.x).

What a span says is for the operator of this house: the route's template, never the path, query or any id of a tenant.
"""

import time
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from companyos.kernel.house import House
from companyos.kernel.http import CLIENT_GONE

from .instruments import API, CONSOLE, IDENTITY, OWN_HEADER, SERVICE, TELEMETRY, TRACE_ID, Instruments
from .scrape import Scrape

UNTRACED = ("/healthz", "/readyz", "/metrics")
"""Probes and scrapes would make an idle house busy with itself."""
OWNERS = (
    ("/api/v1/telemetry/", TELEMETRY),
    ("/v1/", TELEMETRY),
    ("/api/v1/", API),
    ("/.well-known/", IDENTITY),
    ("/oauth/", IDENTITY),
    ("/sign-in", IDENTITY),
    ("/sign-out", IDENTITY),
    ("/device", IDENTITY),
    ("/account", IDENTITY),
)
"""Which of our services answers under which path; everything else is the console."""
API_PATH = "/api/v1"
"""Routers do not know the path that they are served under."""
UNMATCHED = "(unmatched)"
CONSOLE_PATHS = ("/{page}", "/assets/{name}")
"""The console's pages are found by the browser; to the server they are one."""
_traceparent = TraceContextTextMapPropagator()


class Requests:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, house: House):
        self.app, self.house = app, house
        self._plain = {r.path for part in house.parts for r in part.routes if isinstance(r, Route)}
        self._templates: dict[Any, str] = {
            route.endpoint: route.path
            for part in house.parts
            for route in part.routes
            if isinstance(route, Route)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        instruments: Instruments | None = self.house.adapters.get(Instruments)
        if scope["type"] != "http" or instruments is None or _untraced(scope):
            await self.app(scope, receive, send)
            return
        service = service_of(scope["path"])
        SERVICE.set(service)
        TRACE_ID.set(int(scope.get("companyos.trace_id") or "0", 16))
        started = time.perf_counter()
        status, begun, gone = 500, False, False
        span = instruments.tracer(service).start_span(
            scope["method"], _parent(scope), SpanKind.SERVER, {"http.request.method": scope["method"]}
        )

        async def noting(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                begun = True
                status = message["status"]
                if _is_stream(message):
                    self._finish(instruments, span, service, scope, status, started)
            await send(message)

        async def hearing() -> Message:
            nonlocal gone
            message = await receive()
            gone |= message["type"] == "http.disconnect"
            return message

        try:
            with trace.use_span(span, False, record_exception=False, set_status_on_exception=False):
                await self.app(scope, hearing, noting)
        except BaseException as error:
            span.record_exception(error)
            raise
        finally:
            if span.is_recording():
                if gone and not begun:
                    status = CLIENT_GONE
                self._finish(instruments, span, service, scope, status, started)

    def _finish(
        self,
        instruments: Instruments,
        span: trace.Span,
        service: str,
        scope: Scope,
        status: int,
        started: float,
    ) -> None:
        seconds = time.perf_counter() - started
        method, route = scope["method"], self._template(scope)
        span.update_name(f"{method} {route}")
        span.set_attributes(
            {
                "http.route": route,
                "http.response.status_code": status,
                "companyos.request_id": scope.get("companyos.request_id", ""),
            }
        )
        if status >= 500:
            span.set_status(Status(StatusCode.ERROR))
        measured = {
            "http.request.method": method,
            "http.route": route,
            "http.response.status_code": status,
            "companyos.service": service,
        }
        instruments.durations.record(seconds, measured)
        self.house.adapter(Scrape).observe(service, method, route, status, seconds)
        with trace.use_span(span, end_on_exit=False):
            instruments.tell(
                service,
                f"{method} {route} {status}",
                method=method,
                route=route,
                status=status,
                ms=round(seconds * 1000, 1),
                request_id=scope.get("companyos.request_id", ""),
            )
        span.end()

    def _template(self, scope: Scope) -> str:
        route: Any = scope.get("route")
        if route is not None and hasattr(route, "path"):
            below = (
                API_PATH if scope["path"].startswith(API_PATH) and not route.path.startswith(API_PATH) else ""
            )
            return f"{below}{route.path}"
        if scope["path"] in self._plain:
            return str(scope["path"])
        if scope.get("endpoint") is None:
            return UNMATCHED
        return self._templates.get(scope["endpoint"], CONSOLE_PATHS[scope["path"].startswith("/assets/")])


def service_of(path: str) -> str:
    """Which of our services answers a path."""
    return next((service for prefix, service in OWNERS if path.startswith(prefix)), CONSOLE)


def _untraced(scope: Scope) -> bool:
    return scope["path"] in UNTRACED or any(k == OWN_HEADER.encode() for k, _ in scope["headers"])


def _parent(scope: Scope) -> Context:
    """The caller's span when it sent one, otherwise nothing."""
    carrier: dict[str, Any] = {
        k.decode("latin-1"): v.decode("latin-1")
        for k, v in scope["headers"]
        if k in (b"traceparent", b"tracestate")
    }
    return _traceparent.extract(carrier, Context())


def _is_stream(message: Message) -> bool:
    """A stream of events stays open for as long as somebody looks: its span is the time until it began."""
    return any(
        k.lower() == b"content-type" and v.startswith(b"text/event-stream") for k, v in message["headers"]
    )
