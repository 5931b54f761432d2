"""What may be asked about a token: revoke it (RFC 7009), introspect it (RFC 7662), whose it is (userinfo)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from companyos.kernel.ports.authenticator import Authenticator
from companyos.kernel.problems import Unauthenticated

from ..handles import Handle
from ..identity import Identity, identity_of
from ..store import grants, people
from ..tokens import ACCESS
from ..verification import verify_own
from .client_authentication import Caller, caller
from .protocol import NO_STORE, OAuthError, answer, form, house_of, need, oauth
from .revoking import revoke_everywhere, revoke_here


@oauth
async def revoke(request: Request) -> Response:
    """End the sign-in that the token belongs to. Unknown tokens are no error (RFC 7009 §2.2)."""
    identity = identity_of(house_of(request))
    given = await form(request)
    who = await caller(identity, given)
    grant = await _grant_of(identity, need(given, "token"))
    if grant is not None and grant.client_id == who.id:
        if grant.person_id is not None:
            await revoke_everywhere(identity.house, grant.person_id, grant.id, because="signed_out")
        else:
            async with identity.house.begin(tenant=grant.tenant_id) as work:
                await revoke_here(work, grant.id, because="signed_out")
    return Response(headers=NO_STORE)


@oauth
async def introspect(request: Request) -> Response:
    """Tell a client about its own token, a service account about any token of its tenant."""
    identity = identity_of(house_of(request))
    given = await form(request)
    who = await caller(identity, given)
    return answer(await _told(identity, who, need(given, "token")))


@oauth
async def userinfo(request: Request) -> Response:
    """Whose access token this is (OpenID Connect Core §5.3)."""
    house = house_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("Send the access token as a bearer token.")
        authenticator = house.adapter(Authenticator)
        claims = await authenticator.verify(token)
        async with house.begin(tenant=claims.tenant) as work:
            actor = await authenticator.actor(work.db, claims)
            person = await people.by_id(work.db, UUID(actor.id)) if actor.kind == "person" else None
    except Unauthenticated as error:
        raise OAuthError("invalid_token", error.detail, 401) from error
    if person is None or "openid" not in claims.scopes:
        raise OAuthError("insufficient_scope", "The token was not given for scope openid.", 403)
    told: dict[str, Any] = {"sub": str(person.id)}
    if "profile" in claims.scopes:
        told["name"] = person.name
    if "email" in claims.scopes:
        told |= {"email": person.email, "email_verified": True}
    return JSONResponse(told, headers=NO_STORE)


async def _grant_of(identity: Identity, token: str) -> grants.Grant | None:
    """The grant behind a refresh or access token, whatever its state."""
    handle = Handle.parse(token)
    if handle is not None:
        async with identity.house.begin(tenant=handle.tenant) as work:
            found = await grants.lock_refresh(work.db, handle.tenant, handle.hash)
            return await grants.get(work.db, handle.tenant, found.grant_id) if found else None
    try:
        claims = await verify_own(identity, token, typ=ACCESS)
        tenant, grant = UUID(claims["tenant"]), UUID(claims["grant"])
    except (Unauthenticated, KeyError, ValueError):
        return None  # not a token of ours: nothing to revoke
    async with identity.house.begin(tenant=tenant) as work:
        return await grants.get(work.db, tenant, grant)


async def _told(identity: Identity, who: Caller, token: str) -> dict[str, Any]:
    grant = await _grant_of(identity, token)
    if grant is None or not _may_ask(who, grant):
        return {"active": False}
    now = datetime.now(UTC)
    handle = Handle.parse(token)
    if handle is not None:
        async with identity.house.begin(tenant=handle.tenant) as work:
            found = await grants.lock_refresh(work.db, handle.tenant, handle.hash)
        alive = found is not None and found.used_at is None and found.expires_at > now
        claims: dict[str, Any] = {
            "iss": identity.issuer,
            "sub": str(grant.person_id),
            "client_id": grant.client_id,
            "scope": grant.scope,
            "tenant": str(grant.tenant_id),
            "exp": int(found.expires_at.timestamp()) if found else 0,
        }
    else:
        claims = await verify_own(identity, token, typ=ACCESS)
        alive = claims["exp"] > now.timestamp()
    if not alive or grant.revoked_at is not None or grant.expires_at <= now:
        return {"active": False}
    return {"active": True, "token_type": "Bearer", **claims}


def _may_ask(who: Caller, grant: grants.Grant) -> bool:
    if who.account is not None:
        return who.account.tenant_id == grant.tenant_id
    return grant.client_id == who.id
