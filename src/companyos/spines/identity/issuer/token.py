"""The token endpoint (RFC 6749 §3.2): one function per grant type."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ..clients import CODE, CREDENTIALS, DEVICE, REFRESH
from ..identity import Identity, identity_of
from .client_authentication import Caller, caller
from .client_credentials import grant_credentials
from .code_exchange import exchange_code
from .device import exchange_device_code
from .protocol import OAuthError, answer, form, house_of, need, oauth
from .refresh import refresh

Exchange = Callable[[Request, Identity, Caller, dict[str, str]], Awaitable[dict[str, Any]]]

EXCHANGES: dict[str, Exchange] = {
    CODE: exchange_code,
    REFRESH: refresh,
    DEVICE: exchange_device_code,
    CREDENTIALS: grant_credentials,
}


@oauth
async def token(request: Request) -> Response:
    """Exchange what the client holds for tokens."""
    identity = identity_of(house_of(request))
    given = await form(request)
    kind = need(given, "grant_type")
    if kind not in EXCHANGES:
        raise OAuthError("unsupported_grant_type", f"grant_type is one of {', '.join(EXCHANGES)}.")
    who = await caller(identity, given)
    allowed = who.public.grants if who.public else {CREDENTIALS}
    if kind not in allowed:
        raise OAuthError("unauthorized_client", f"This client may not use the grant type {kind}.")
    await identity.signing.warm()
    return answer(await EXCHANGES[kind](request, identity, who, given))
