"""Client credentials: a service account that signed an assertion gets an access token for one environment."""

from datetime import timedelta
from typing import Any

from starlette.requests import Request

from companyos.kernel.ids import new_id
from companyos.kernel.work import Actor

from ..identity import Identity
from ..store import grants
from .client_authentication import Caller
from .code_exchange import device_of
from .issuing import Context, issue
from .protocol import OAuthError


async def grant_credentials(
    request: Request, identity: Identity, who: Caller, given: dict[str, str]
) -> dict[str, Any]:
    """`environment` picks one of the account's; the default is its first. There is no refresh token."""
    account = who.account
    if account is None:
        raise OAuthError("unauthorized_client", "Only service accounts use client credentials.")
    environment = given.get("environment", next(iter(account.environments), ""))
    if environment not in account.environments:
        raise OAuthError("invalid_target", "The account has no access to this environment.")
    if given.get("tenant", str(account.tenant_id)) != str(account.tenant_id):
        raise OAuthError("invalid_target", "The account belongs to another tenant.")
    actor = Actor("service", str(account.id), account.name)
    async with identity.house.begin(tenant=account.tenant_id, environment=environment, actor=actor) as work:
        grant = grants.Grant(
            tenant_id=account.tenant_id,
            id=new_id(),
            person_id=None,
            account_id=account.id,
            session_id=None,
            client_id=who.id,
            scope="",
            acr=None,
            auth_time=None,
            device=device_of(request),
            created_at=work.now,
            used_at=work.now,
            expires_at=work.now + timedelta(seconds=identity.settings.access_token_seconds),
            revoked_at=None,
        )
        return await issue(work, identity, grant, Context(account.tenant_id, environment))
