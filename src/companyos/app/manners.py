"""Manners of every response: a request id, strict security headers, and no failure without words."""

import re
import secrets

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from companyos.kernel.ids import new_id
from companyos.kernel.problems import Problem

from .problem_json import fault_response, problem_response

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
        f"style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )


def new_nonce() -> str:
    """A nonce for one response."""
    return secrets.token_urlsafe(16)


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
        started = ended = False

        async def polite(message: Message) -> None:
            nonlocal started, ended
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                headers["X-Request-Id"] = scope["companyos.request_id"]
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", API_CSP)
                headers.setdefault("Cache-Control", "no-store")
            elif not message.get("more_body"):
                ended = True
            await send(message)

        with structlog.contextvars.bound_contextvars(
            request_id=scope["companyos.request_id"], trace_id=scope["companyos.trace_id"]
        ):
            try:
                await self.app(scope, receive, polite)
            except Exception as error:
                if ended:
                    return  # it was answered and logged, and is raised once more for the server's sake
                if started:
                    raise
                answer = problem_response if isinstance(error, Problem) else fault_response
                await answer(error, scope)(scope, receive, polite)  # type: ignore[arg-type]
