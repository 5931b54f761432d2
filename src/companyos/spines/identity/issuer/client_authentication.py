"""Which client calls an endpoint: a public one by its id, a service account by a signed assertion (RFC 7523)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from companyos.kernel.problems import NotFound, Unauthenticated
from companyos.kernel.work import Actor

from ..clients import Client, parse_service_client_id, public_client
from ..handles import digest
from ..identity import Identity
from ..store import accounts, grants
from ..verification import check_audience, check_time, checked, claims_of, header_of
from .protocol import OAuthError

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ("ES256", "EdDSA")
MAX_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated client: `public`, or the service `account` that signed."""

    id: str
    public: Client | None = None
    account: accounts.Account | None = None


async def caller(identity: Identity, given: dict[str, str]) -> Caller:
    """Raises OAuthError `invalid_client`, the same for an unknown client and a wrong assertion."""
    if "client_assertion" in given or "client_assertion_type" in given:
        return await _service(identity, given)
    client = public_client(identity.house, given.get("client_id", ""))
    if client is None:
        raise _refused("No such client is registered, or it did not authenticate.")
    return Caller(client.id, public=client)


async def _service(identity: Identity, given: dict[str, str]) -> Caller:
    if given.get("client_assertion_type") != JWT_BEARER:
        raise _refused(f"client_assertion_type is {JWT_BEARER}.")
    assertion = given.get("client_assertion", "")
    try:
        claims = claims_of(assertion)
        client_id = str(claims.get("iss", ""))
        known = parse_service_client_id(client_id)
        if known is None or given.get("client_id", client_id) != client_id:
            raise Unauthenticated("The assertion is of another client.")
        account = await _account(identity, *known)
        header = header_of(assertion)
        if header.get("alg") not in ALGORITHMS or "crit" in header:
            raise Unauthenticated("The assertion is not signed with ES256 or EdDSA.")
        claims = checked(assertion, _keys(account.jwks), [header["alg"]])
        await _check(identity, account, client_id, claims)
    except Unauthenticated as error:
        raise _refused(error.detail) from error
    return Caller(client_id, account=account)


async def _account(identity: Identity, tenant: UUID, account_id: UUID) -> accounts.Account:
    try:
        async with identity.house.begin(tenant=tenant) as work:
            account = await accounts.get(work.db, tenant, account_id)
    except NotFound as error:
        raise Unauthenticated("No such client is registered, or it did not authenticate.") from error
    if account.status != "active" or not account.jwks.get("keys"):
        raise Unauthenticated("No such client is registered, or it did not authenticate.")
    return account


def _keys(jwks: Any) -> KeySet:
    try:
        return KeySet.import_key_set(jwks)
    except (JoseError, ValueError) as error:
        raise Unauthenticated("The keys of this client cannot be read.") from error


async def _check(
    identity: Identity, account: accounts.Account, client_id: str, claims: dict[str, Any]
) -> None:
    """RFC 7523 §3: for us, of the client itself, short-lived, used once."""
    now = datetime.now(UTC)
    check_time(claims, now, identity.settings.leeway_seconds)
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise Unauthenticated("iss and sub of the assertion are the client id.")
    for audience in (identity.issuer, f"{identity.issuer}/oauth/token"):
        try:
            check_audience(claims, audience)
            break
        except Unauthenticated:
            continue
    else:
        raise Unauthenticated("The assertion is meant for somebody else; its audience is the issuer.")
    until = datetime.fromtimestamp(claims["exp"], UTC)
    if until > now + MAX_LIFE:
        raise Unauthenticated("The assertion lives too long; ten minutes are the most.")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise Unauthenticated("The assertion has no jti.")
    async with identity.house.begin(tenant=account.tenant_id, actor=_actor(account)) as work:
        hashed = digest(f"{client_id}:{jti}")
        if not await grants.use_assertion(work.db, account.tenant_id, hashed, until + timedelta(minutes=5)):
            raise Unauthenticated("The assertion was used before.")


def _actor(account: accounts.Account) -> Actor:
    return Actor("service", str(account.id), account.name)


def _refused(description: str) -> OAuthError:
    return OAuthError("invalid_client", description, 401)
