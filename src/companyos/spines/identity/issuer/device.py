"""Device authorization (RFC 8628): the device's two endpoints. The person's page is in `device_page.py`."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from companyos.kernel.ids import new_id
from companyos.kernel.work import MFA

from ..clients import DEVICE
from ..handles import digest, new_secret
from ..identity import Identity, identity_of
from ..rules import choose_context
from ..store import devices, grants, people, tenants
from .authorize import known_scope, read_max_age
from .client_authentication import Caller, caller
from .code_exchange import device_of
from .issuing import Context, as_person, issue
from .protocol import OAuthError, answer, form, house_of, need, oauth

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
SLOWER_BY = 5


@oauth
async def begin_device(request: Request) -> Response:
    """Give the device a code to poll with, and one for the person to type.

    Beyond the RFC, `tenant`, `environment`, `acr_values` and `max_age` mean what they mean when authorizing.
    """
    identity = identity_of(house_of(request))
    given = await form(request)
    who = await caller(identity, given)
    if who.public is None or DEVICE not in who.public.grants:
        raise OAuthError("unauthorized_client", "This client may not use the device flow.")
    if identity.house.settings.issuer:
        raise OAuthError("invalid_request", f"People sign in at {identity.house.settings.issuer}.")
    secret, letters = new_secret(), "".join(secrets.choice(LETTERS) for _ in range(8))
    user_code = f"{letters[:4]}-{letters[4:]}"
    settings = identity.settings
    async with identity.house.begin() as work:
        await devices.add(
            work.db,
            devices.Device(
                hash=digest(secret),
                user_code=user_code,
                client_id=who.id,
                scope=known_scope(given.get("scope", "")),
                tenant=given.get("tenant"),
                environment=given.get("environment"),
                mfa=MFA in given.get("acr_values", "").split(),
                max_age=read_max_age(given),
                status="waiting",
                person_id=None,
                session_id=None,
                acr=None,
                auth_time=None,
                interval=settings.device_interval,
                created_at=work.now,
                polled_at=None,
                expires_at=work.now + timedelta(seconds=settings.device_seconds),
            ),
        )
    page = f"{identity.issuer}/device"
    return answer(
        {
            "device_code": secret,
            "user_code": user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={user_code}",
            "expires_in": settings.device_seconds,
            "interval": settings.device_interval,
        }
    )


async def exchange_device_code(
    request: Request, identity: Identity, who: Caller, given: dict[str, str]
) -> dict[str, Any]:
    """Answer a poll: wait, slow down, denied, expired, or the tokens, once."""
    hashed = digest(need(given, "device_code"))
    refusal: OAuthError | None
    async with identity.house.begin() as work:
        device = await devices.lock(work.db, hashed)
        if device is None or device.client_id != who.id:
            raise OAuthError("invalid_grant", "The device code is unknown, used, or another client's.")
        refusal, interval = _refusal(device, work.now)
        if refusal is None:
            await devices.remove(work.db, device)
        else:
            await devices.polled(work.db, device, interval, work.now)
    if refusal is not None:
        raise refusal
    return await _issue(identity, device, device_of(request))


def _refusal(device: devices.Device, now: datetime) -> tuple[OAuthError | None, int]:
    """Why the device gets no tokens yet, and how many seconds it has to leave between polls."""
    if device.expires_at <= now:
        return OAuthError("expired_token", "The code has expired; begin again."), device.interval
    if device.status == "denied":
        return OAuthError("access_denied", "The person said no."), device.interval
    if device.polled_at and now - device.polled_at < timedelta(seconds=device.interval):
        slower = device.interval + SLOWER_BY
        return OAuthError("slow_down", f"Leave {slower} seconds between polls."), slower
    if device.status == "waiting":
        return OAuthError("authorization_pending", "Nobody has entered the code yet."), device.interval
    return None, device.interval


async def _issue(identity: Identity, device: devices.Device, name: str) -> dict[str, Any]:
    if device.person_id is None:
        raise OAuthError("invalid_grant", "The device code is unknown, used, or another client's.")
    async with identity.house.begin(actor=as_person(device.person_id, "")) as work:
        person = await people.by_id(work.db, device.person_id)
        context = choose_context(
            await people.memberships(work.db, device.person_id),
            tenant=device.tenant,
            environment=device.environment,
            last=(person.last_tenant, person.last_environment) if person else (None, None),
        )
        if person is None or person.status != "active" or context is None:
            raise OAuthError("access_denied", "You are not a member of this tenant and environment.")
        work.actor = as_person(person.id, person.name)
        membership, environment = context
        await tenants.enter(work.db, membership.tenant)
        grant = grants.Grant(
            tenant_id=membership.tenant,
            id=new_id(),
            person_id=person.id,
            account_id=None,
            session_id=device.session_id,
            client_id=device.client_id,
            scope=device.scope,
            acr=device.acr,
            auth_time=device.auth_time,
            device=name,
            created_at=work.now,
            used_at=work.now,
            expires_at=work.now + timedelta(days=identity.settings.grant_days),
            revoked_at=None,
        )
        return await issue(work, identity, grant, Context(membership.tenant, environment))
