"""Authorization code → tokens. A code that comes twice revokes what it gave the first time (RFC 6749 §4.1.2)."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any

import structlog
from starlette.requests import Request

from companyos.kernel.work import Work

from ..handles import Handle
from ..identity import Identity
from ..rules import VERIFIER
from ..store import grants, people
from .client_authentication import Caller
from .issuing import Context, as_person, issue
from .protocol import OAuthError, need
from .revoking import revoke_everywhere

log = structlog.get_logger(__name__)


async def exchange_code(
    request: Request, identity: Identity, who: Caller, given: dict[str, str]
) -> dict[str, Any]:
    """Check client, redirect URI and verifier, then use the code up."""
    handle = Handle.parse(need(given, "code"))
    if handle is None:
        raise _void()
    async with identity.house.begin(tenant=handle.tenant) as work:
        code = await grants.lock_code(work.db, handle.tenant, handle.hash)
        replayed = code is not None and code.used_at is not None
        if code is not None and not replayed:
            _check(code, who, given, work)
            await grants.use_code(work.db, code, work.now)
            return await _issue(work, identity, code, device_of(request))
    if code is not None:
        log.warning("oauth.code_replayed", client=who.id, person=str(code.person_id))
        await revoke_everywhere(identity.house, code.person_id, code.grant_id, because="reused")
    raise _void()


def _check(code: grants.Code, who: Caller, given: dict[str, str], work: Work) -> None:
    if code.client_id != who.id or code.expires_at <= work.now:
        raise _void()
    if given.get("redirect_uri") != code.redirect_uri:
        raise OAuthError("invalid_grant", "redirect_uri is not the one that the code was given for.")
    verifier = given.get("code_verifier", "")
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if not VERIFIER.fullmatch(verifier) or not hmac.compare_digest(challenge, code.code_challenge):
        raise OAuthError("invalid_grant", "code_verifier does not answer the code_challenge.")


async def _issue(work: Work, identity: Identity, code: grants.Code, device: str) -> dict[str, Any]:
    person = await people.by_id(work.db, code.person_id)
    if person is None or person.status != "active":
        raise _void()
    work.actor = as_person(person.id, person.name)
    grant = grants.Grant(
        tenant_id=code.tenant_id,
        id=code.grant_id,
        person_id=code.person_id,
        account_id=None,
        session_id=code.session_id,
        client_id=code.client_id,
        scope=code.scope,
        acr=code.acr,
        auth_time=code.auth_time,
        device=device,
        created_at=work.now,
        used_at=work.now,
        expires_at=work.now + timedelta(days=identity.settings.grant_days),
        revoked_at=None,
    )
    return await issue(work, identity, grant, Context(code.tenant_id, code.environment), nonce=code.nonce)


def device_of(request: Request) -> str:
    """What the client called itself, so that people recognise it in their list of sign-ins."""
    agent = request.headers.get("user-agent", "")
    return "".join(c for c in agent if c.isprintable())[:200] or "unknown"


def _void() -> OAuthError:
    return OAuthError("invalid_grant", "The code is unknown, used, expired, or another client's.")
