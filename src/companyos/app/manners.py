"""Manners of every response: a request id, strict security headers, and no failure without words."""

import re
import secrets

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from companyos.kernel.ids import new_id
from companyos.kernel.problems import Problem

from .problem_json import problem_response

log = structlog.get_logger(__name__)

_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")

HEADERS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
API_CSP = "default-src 'none'; frame-ancestors 'none'"


def page_csp(nonce: str) -> str:
    """Content-Security-Policy of a page whose own scripts and styles carry `nonce` (CSP Level 3)."""
    return (
        "default-src 'none'; "
        f"script-src 'nonce-{nonce}' 'strict-dynamic'; "
        f"style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )


def new_nonce() -> str:
    """A nonce for one response."""
    return secrets.token_urlsafe(16)


class _Internal(Problem):
    """Something that nobody foresaw; the log has the rest under the request id."""


class Manners:
    """Outermost ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = {
            k: v.decode("latin-1") for k, v in scope["headers"] if k in (b"x-request-id", b"traceparent")
        }
        asked = given.get(b"x-request-id", "")
        scope["companyos.request_id"] = asked if _SAFE_ID.fullmatch(asked) else str(new_id())
        parent = _TRACEPARENT.fullmatch(given.get(b"traceparent", ""))
        scope["companyos.trace_id"] = parent[1] if parent else secrets.token_hex(16)
        started = False

        async def polite(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                headers["X-Request-Id"] = scope["companyos.request_id"]
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", API_CSP)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        with structlog.contextvars.bound_contextvars(
            request_id=scope["companyos.request_id"], trace_id=scope["companyos.trace_id"]
        ):
            try:
                await self.app(scope, receive, polite)
            except Exception as error:
                problem = error if isinstance(error, Problem) else _unforeseen(error, scope)
                if started:
                    raise
                await problem_response(problem, scope)(scope, receive, polite)


def _unforeseen(error: Exception, scope: Scope) -> Problem:
    log.exception("request.failed", path=scope["path"], method=scope["method"], exc_info=error)
    return _Internal("This is a fault of ours; it is in the log under the request id.")
