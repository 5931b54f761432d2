"""All addresses of the issuer."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from . import account
from .authorize import authorize, resume
from .browser import HERE
from .cross_origin import cross_origin
from .device import begin_device
from .device_page import answer_device, device_page
from .discovery import jwks, metadata
from .first_sign_in import first_sign_in, first_sign_in_page
from .second_factor import second_factor, second_factor_page
from .sign_in import sign_in, sign_in_page
from .sign_out import confirm_sign_out, sign_out
from .token import token
from .token_status import introspect, revoke, userinfo

ASSETS = {
    "sign-in.css": "text/css",
    "passkey.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


async def asset(request: Request) -> Response:
    """The stylesheet, the one script and the icon of the pages."""
    name = request.path_params["name"]
    if name not in ASSETS:
        return Response(status_code=404)
    headers = {"Cache-Control": "public, max-age=3600"}
    return FileResponse(HERE / "assets" / name, media_type=ASSETS[name], headers=headers)


def _get(path: str, endpoint: object) -> Route:
    return Route(path, endpoint, methods=["GET"])  # type: ignore[arg-type]


def _post(path: str, endpoint: object) -> Route:
    return Route(path, endpoint, methods=["POST"])  # type: ignore[arg-type]


ROUTES: tuple[BaseRoute, ...] = (
    _get("/.well-known/openid-configuration", metadata),
    _get("/.well-known/oauth-authorization-server", metadata),
    _get("/.well-known/jwks.json", jwks),
    Route("/oauth/authorize", authorize, methods=["GET", "POST"]),
    _get("/oauth/resume", resume),
    Route("/oauth/token", cross_origin(token), methods=["POST", "OPTIONS"]),
    _post("/oauth/device", begin_device),
    _post("/oauth/revoke", revoke),
    _post("/oauth/introspect", introspect),
    Route("/oauth/userinfo", userinfo, methods=["GET", "POST"]),
    Route("/oauth/sign-out", sign_out, methods=["GET", "POST"]),
    _get("/sign-in", sign_in_page),
    _post("/sign-in", sign_in),
    _get("/sign-in/second-factor", second_factor_page),
    _post("/sign-in/second-factor", second_factor),
    _get("/sign-in/first", first_sign_in_page),
    _post("/sign-in/first", first_sign_in),
    _get("/sign-in/assets/{name}", asset),
    _post("/sign-out", confirm_sign_out),
    _get("/device", device_page),
    _post("/device", answer_device),
    _get("/account", account.account_page),
    _post("/account/totp", account.begin_totp),
    _post("/account/totp/confirm", account.finish_totp),
    _post("/account/passkey", account.begin_passkey),
    _post("/account/passkey/confirm", account.finish_passkey),
    _post("/account/recovery", account.new_codes),
    _post("/account/remove", account.remove_factor),
)
