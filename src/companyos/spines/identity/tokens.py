"""Tokens: access tokens by RFC 9068, ID tokens by OpenID Connect Core. ES256 only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from .handles import new_secret
from .identity import Identity

ACCESS = "at+jwt"
ID = "JWT"


@dataclass(frozen=True, slots=True)
class Minted:
    """What an access token is made from; roles are never in it, they are read anew for each request."""

    subject: str
    client: str
    grant: UUID
    tenant: UUID
    slug: str
    environment: str
    scope: str
    acr: str | None
    auth_time: datetime | None


async def access_token(identity: Identity, minted: Minted, now: datetime) -> str:
    """Sign an access token (RFC 9068 §2.2) for the API."""
    at = int(now.timestamp())
    claims: dict[str, Any] = {
        "iss": identity.issuer,
        "sub": minted.subject,
        "aud": identity.audience,
        "client_id": minted.client,
        "iat": at,
        "exp": at + identity.settings.access_token_seconds,
        "jti": new_secret(),
        "scope": minted.scope,
        "grant": str(minted.grant),
        "tenant": str(minted.tenant),
        "tenant_slug": minted.slug,
        "environment": minted.environment,
    }
    if minted.acr and minted.auth_time:
        claims |= {"acr": minted.acr, "auth_time": int(minted.auth_time.timestamp())}
    return await identity.signing.sign(claims, ACCESS)


async def id_token(identity: Identity, minted: Minted, nonce: str | None, now: datetime) -> str:
    """Sign an ID token for the client: who signed in, how and when; `sid` is the grant."""
    at = int(now.timestamp())
    claims: dict[str, Any] = {
        "iss": identity.issuer,
        "sub": minted.subject,
        "aud": minted.client,
        "iat": at,
        "exp": at + identity.settings.access_token_seconds,
        "sid": str(minted.grant),
    }
    if minted.acr and minted.auth_time:
        claims |= {"acr": minted.acr, "auth_time": int(minted.auth_time.timestamp())}
    if nonce is not None:
        claims["nonce"] = nonce
    return await identity.signing.sign(claims, ID)
