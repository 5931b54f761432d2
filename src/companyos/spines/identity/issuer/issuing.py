"""Giving out tokens: every grant type ends here, with the sign-in recorded in the tenant's ledger."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from companyos.kernel.entities import EntityRef
from companyos.kernel.work import Actor, Work

from ..events import SignedIn
from ..handles import Handle
from ..identity import Identity
from ..store import grants, tenants
from ..tokens import Minted, access_token, id_token


@dataclass(frozen=True, slots=True)
class Context:
    """Where tokens hold."""

    tenant: UUID
    environment: str


async def issue(
    work: Work, identity: Identity, grant: grants.Grant, context: Context, *, nonce: str | None = None
) -> dict[str, Any]:
    """The token response (RFC 6749 §5.1) of a grant; `work` must be in the context's tenant."""
    tenant = await tenants.by_id(work.db, context.tenant)
    if await grants.put(work.db, grant):
        await _record(work, grant, context)
    minted = Minted(
        subject=str(grant.person_id or grant.account_id),
        client=grant.client_id,
        grant=grant.id,
        tenant=tenant.id,
        slug=tenant.slug,
        environment=context.environment,
        scope=grant.scope,
        acr=grant.acr,
        auth_time=grant.auth_time,
    )
    scopes = grant.scope.split()
    answer: dict[str, Any] = {
        "access_token": await access_token(identity, minted, work.now),
        "token_type": "Bearer",
        "expires_in": identity.settings.access_token_seconds,
        "scope": grant.scope,
    }
    if "offline_access" in scopes:
        handle = Handle.new(tenant.id)
        rests = work.now + timedelta(hours=identity.settings.refresh_hours)
        await grants.add_refresh(
            work.db,
            grants.Refresh(
                tenant.id, handle.hash, grant.id, context.environment, min(rests, grant.expires_at), None
            ),
        )
        answer["refresh_token"] = str(handle)
    if "openid" in scopes:
        answer["id_token"] = await id_token(identity, minted, nonce, work.now)
    return answer


async def _record(work: Work, grant: grants.Grant, context: Context) -> None:
    """Note a sign-in that is new in this tenant."""
    kind = "person" if grant.person_id else "service_account"
    subject = EntityRef(f"identity.{kind}", str(grant.person_id or grant.account_id))
    there = replace(work, tenant=context.tenant, environment=context.environment)
    action = "identity.person.signed_in" if grant.person_id else "identity.service_account.signed_in"
    await there.record(action, subject, client=grant.client_id, acr=grant.acr, grant=str(grant.id))
    if grant.person_id:
        there.emit(SignedIn(person=grant.person_id, client=grant.client_id, acr=grant.acr or ""))


def as_person(person_id: UUID, name: str) -> Actor:
    """The actor of a sign-in's own transaction; row-level security then shows the person's own rows."""
    return Actor("person", str(person_id), name)
