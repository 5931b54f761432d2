"""Lets registered browser clients on other origins read the token endpoint (WHATWG Fetch §3.2, "CORS protocol").

Only the exact origins of their redirect URIs, and never with cookies: what is told there is told to who holds a code
and its PKCE verifier. The API itself has no such door.
"""

from functools import wraps
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from companyos.kernel.house import House

from ..settings import IdentitySettings
from .protocol import Endpoint, house_of

PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "600",
}
_DEFAULT_PORTS = {"http": 80, "https": 443}


def cross_origin(endpoint: Endpoint) -> Endpoint:
    """Answer preflights, and let registered origins read the answers."""

    @wraps(endpoint)
    async def answered(request: Request) -> Response:
        asked = request.method == "OPTIONS"
        response = Response(status_code=204) if asked else await endpoint(request)
        response.headers["Vary"] = "Origin"
        origin = request.headers.get("origin", "")
        if origin in _registered(house_of(request)):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers.update(PREFLIGHT if asked else {})
        return response

    return answered


def _registered(house: House) -> set[str]:
    clients = house.settings_of(IdentitySettings).clients
    return {origin for client in clients for uri in client.redirect_uris if (origin := origin_of(uri))}


def origin_of(uri: str) -> str | None:
    """The origin of a web address as browsers write it (RFC 6454 §6.2); None for the schemes of native apps."""
    parts = urlsplit(uri)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = parts.port if parts.port != _DEFAULT_PORTS[parts.scheme] else None
    return f"{parts.scheme}://{host}:{port}" if port else f"{parts.scheme}://{host}"
