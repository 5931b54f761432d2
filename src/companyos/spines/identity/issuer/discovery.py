"""What the issuer says about itself (OpenID Connect Discovery 1.0, RFC 8414) and its public keys (RFC 7517)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from companyos.kernel.work import MFA, PASSWORD

from ..clients import CODE, CREDENTIALS, DEVICE, REFRESH
from ..identity import identity_of
from .protocol import house_of

SCOPES = ("openid", "profile", "email", "offline_access")
JWKS_SECONDS = 300
PUBLIC = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


async def metadata(request: Request) -> Response:
    """The same document under both well-known names."""
    return JSONResponse(_metadata(identity_of(house_of(request)).issuer), headers=PUBLIC)


async def jwks(request: Request) -> Response:
    """Keys whose signatures are accepted, the next one included."""
    keys = await identity_of(house_of(request)).signing.published()
    body = {"keys": [{**key.jwk, "kid": key.kid, "use": "sig", "alg": "ES256"} for key in keys]}
    return JSONResponse(body, headers={**PUBLIC, "Cache-Control": f"public, max-age={JWKS_SECONDS}"})


def _metadata(issuer: str) -> dict[str, Any]:
    methods = ["none", "private_key_jwt"]
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "device_authorization_endpoint": f"{issuer}/oauth/device",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "introspection_endpoint": f"{issuer}/oauth/introspect",
        "userinfo_endpoint": f"{issuer}/oauth/userinfo",
        "end_session_endpoint": f"{issuer}/oauth/sign-out",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [CODE, REFRESH, DEVICE, CREDENTIALS],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "scopes_supported": list(SCOPES),
        "claims_supported": [
            *("iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "nonce", "sid"),
            *("name", "email", "email_verified"),
        ],
        "acr_values_supported": [PASSWORD, MFA],
        "prompt_values_supported": ["none", "login"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "EdDSA"],
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": ["ES256", "EdDSA"],
        "introspection_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_signing_alg_values_supported": ["ES256", "EdDSA"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claims_parameter_supported": False,
        "ui_locales_supported": ["en"],
    }
