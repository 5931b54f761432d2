"""What all protocol endpoints share: reading parameters, and errors as RFC 6749 §5.2 writes them."""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from companyos.kernel.house import House
from companyos.kernel.problems import Malformed

log = structlog.get_logger(__name__)

MAX_PARAMETERS = 50
MAX_VALUE = 8192
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}

Endpoint = Callable[[Request], Awaitable[Response]]


class OAuthError(Exception):
    """A refusal in the words of OAuth: `error` is the registered code, `description` is for developers."""

    def __init__(self, error: str, description: str, status: int = 400):
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status

    def response(self) -> Response:
        headers = dict(NO_STORE)
        if self.status == 401:
            headers["WWW-Authenticate"] = f'Bearer error="{self.error}"'
        body = {"error": self.error, "error_description": self.description}
        return JSONResponse(body, self.status, headers)


def oauth(endpoint: Endpoint) -> Endpoint:
    """Let a protocol endpoint answer its refusals as OAuth errors."""

    @wraps(endpoint)
    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except OAuthError as error:
            log.info("oauth.refused", path=request.url.path, error=error.error, detail=error.description)
            return error.response()

    return answered


def house_of(request: Request) -> House:
    """The house that serves this request."""
    house: House = request.app.state.house
    return house


def once(text: str) -> dict[str, str]:
    """Parameters that stand there once each (RFC 6749 §3.1); empty ones count as absent. Raises Malformed."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_PARAMETERS, errors="strict")
    except ValueError as error:
        raise Malformed(f"The parameters cannot be read, or are more than {MAX_PARAMETERS}.") from error
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise Malformed(f"The parameter {name[:40]!r} is given twice.")
        if len(value) > MAX_VALUE or "\x00" in value:
            raise Malformed(f"The parameter {name[:40]!r} is too long or holds a NUL.")
        found[name] = value
    return {name: value for name, value in found.items() if value}


async def form(request: Request) -> dict[str, str]:
    """The parameters of a form body. Raises OAuthError when it is none."""
    media, _, _ = request.headers.get("content-type", "").partition(";")
    if media.strip().lower() != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "Send the parameters as application/x-www-form-urlencoded.")
    try:
        return once((await request.body()).decode())
    except (Malformed, UnicodeDecodeError) as error:
        raise OAuthError("invalid_request", str(error)) from error


def need(given: Mapping[str, str], name: str) -> str:
    """A parameter that must be there."""
    try:
        return given[name]
    except KeyError:
        raise OAuthError("invalid_request", f"The parameter {name} is missing.") from None


def answer(body: Mapping[str, Any]) -> Response:
    """A good answer, never cached."""
    return JSONResponse(dict(body), headers=NO_STORE)
