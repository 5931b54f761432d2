"""Refresh token → tokens, with rotation and reuse detection (RFC 9700 §4.14): a token that comes twice ends the
sign-in it belongs to, without grace. `tenant` and `environment` go on in another context of the same person.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog
from starlette.requests import Request

from companyos.kernel.work import Work

from ..handles import Handle
from ..identity import Identity
from ..rules import choose_context
from ..store import grants, people, tenants
from .client_authentication import Caller
from .issuing import Context, as_person, issue
from .protocol import OAuthError, need
from .revoking import revoke_everywhere

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Reused:
    """Somebody used a refresh token that had been used before."""

    person: UUID
    grant: UUID


async def refresh(request: Request, identity: Identity, who: Caller, given: dict[str, str]) -> dict[str, Any]:
    """Exchange a refresh token for its successor and an access token."""
    handle = Handle.parse(need(given, "refresh_token"))
    if handle is None:
        raise _void()
    async with identity.house.begin(tenant=handle.tenant) as work:
        outcome = await _rotate(work, identity, who, handle, given)
    if isinstance(outcome, _Reused):
        log.warning("oauth.refresh_token_reused", client=who.id, person=str(outcome.person))
        await revoke_everywhere(identity.house, outcome.person, outcome.grant, because="reused")
        raise _void()
    return outcome


async def _rotate(
    work: Work, identity: Identity, who: Caller, handle: Handle, given: dict[str, str]
) -> dict[str, Any] | _Reused:
    token = await grants.lock_refresh(work.db, handle.tenant, handle.hash)
    grant = await grants.get(work.db, handle.tenant, token.grant_id) if token else None
    if token is None or grant is None or grant.person_id is None or grant.client_id != who.id:
        raise _void()
    if token.used_at is not None:
        return _Reused(grant.person_id, grant.id)
    if grant.revoked_at is not None or min(token.expires_at, grant.expires_at) <= work.now:
        raise _void()
    person = await people.by_id(work.db, grant.person_id)
    if person is None or person.status != "active":
        raise _void()
    grant = replace(grant, scope=_narrowed(grant.scope, given.get("scope")), used_at=work.now)
    await grants.use_refresh(work.db, token, work.now)
    work.actor = as_person(person.id, person.name)
    context = await _context(work, token, person, given)
    return await issue(work, identity, replace(grant, tenant_id=context.tenant), context)


async def _context(
    work: Work, token: grants.Refresh, person: people.Person, given: dict[str, str]
) -> Context:
    """Where to go on; changing tenants happens within this transaction, or not at all."""
    asked, environment = given.get("tenant"), given.get("environment")
    target = token.tenant_id
    if asked is not None:
        found = await tenants.by_slug(work.db, asked)
        if found is None:
            raise _elsewhere()
        target = found.id
    if target != token.tenant_id:
        await tenants.enter(work.db, target)
    elif environment is None:
        environment = token.environment
    member_of = await people.memberships_in(work.db, target, person.id)
    chosen = choose_context(member_of, tenant=str(target), environment=environment)
    if chosen is None:
        raise _elsewhere()
    await people.remember_context(work.db, person.id, target, chosen[1])
    return Context(target, chosen[1])


def _narrowed(granted: str, asked: str | None) -> str:
    """RFC 6749 §6: a refresh may ask for less, never for more."""
    if asked is None:
        return granted
    if not set(asked.split()) <= set(granted.split()):
        raise OAuthError("invalid_scope", "A refresh cannot widen the scope.")
    return " ".join(s for s in granted.split() if s in asked.split())


def _elsewhere() -> OAuthError:
    return OAuthError("invalid_target", "You are not a member of this tenant and environment.")


def _void() -> OAuthError:
    return OAuthError("invalid_grant", "The refresh token is unknown, used, expired or revoked.")
