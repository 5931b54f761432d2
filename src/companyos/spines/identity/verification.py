"""Verifying JWTs that we signed: algorithm pinned, key known, type, issuer, audience and time as they must be."""

import base64
import binascii
import json
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey

from companyos.kernel.problems import Unauthenticated

from .identity import Identity

MAX_TOKEN = 8192


def header_of(token: str) -> dict[str, Any]:
    """The unverified header of a compact JWS. Raises Unauthenticated when it is none."""
    if len(token) > MAX_TOKEN or token.count(".") != 2:
        raise Unauthenticated("The token is not a signed JWT.")
    return _json(token.split(".")[0])


def claims_of(token: str) -> dict[str, Any]:
    """The unverified claims; only to find out whose key has to verify them."""
    header_of(token)
    return _json(token.split(".")[1])


async def verify_own(identity: Identity, token: str, *, typ: str) -> dict[str, Any]:
    """The claims of a token that this issuer signed. Raises Unauthenticated saying what is wrong.

    The algorithm is pinned before a key is looked at, so neither `none` nor an HMAC over a public key passes.
    """
    header = header_of(token)
    if header.get("alg") != "ES256":
        raise Unauthenticated("The token is not signed with ES256.")
    if str(header.get("typ", "")).lower().removeprefix("application/") != typ.lower():
        raise Unauthenticated(f"The token is not of type {typ}.")
    if "crit" in header:
        raise Unauthenticated("The token asks for extensions that are not understood.")
    key = await identity.signing.key(str(header.get("kid", "")))
    if key is None:
        raise Unauthenticated("The token is signed with a key that this issuer does not use.")
    claims = checked(token, key, ["ES256"])
    if claims.get("iss") != identity.issuer:
        raise Unauthenticated("The token is of another issuer.")
    return claims


def checked(token: str, key: ECKey | OKPKey | KeySet, algorithms: list[str]) -> dict[str, Any]:
    """The claims, once the signature holds."""
    try:
        return dict(jwt.decode(token, key, algorithms=algorithms).claims)
    except (JoseError, ValueError) as error:
        raise Unauthenticated("The signature of the token does not hold.") from error


def check_time(claims: dict[str, Any], now: datetime, leeway: int) -> None:
    """Raise Unauthenticated unless the token is valid at `now`, give or take `leeway` seconds."""
    at = now.timestamp()
    ends, begins = seconds(claims.get("exp")), seconds(claims.get("nbf", claims.get("iat", at)))
    if ends is None or begins is None:
        raise Unauthenticated("The token does not say from when and until when it holds.")
    if at >= ends + leeway:
        raise Unauthenticated("The token has expired.")
    if at < begins - leeway:
        raise Unauthenticated("The token is not valid yet.")


def check_audience(claims: dict[str, Any], audience: str) -> None:
    """Raise Unauthenticated unless the token is meant for `audience`."""
    given = claims.get("aud")
    if audience not in (given if isinstance(given, list) else [given]):
        raise Unauthenticated("The token is meant for somebody else.")


def seconds(value: Any) -> float | None:
    """A NumericDate of RFC 7519; None for what is none, `true` and NaN included."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and 0 <= value < 1e11 else None


def _json(part: str) -> dict[str, Any]:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Unauthenticated("The token is not a signed JWT.") from error
    if not isinstance(value, dict):
        raise Unauthenticated("The token is not a signed JWT.")
    return value
