"""Who sent this token: verified with hot keys first, then looked up as of now in the tenant's transaction."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, false, func, null, select
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.kernel.ports.authenticator import Claims
from companyos.kernel.problems import Unauthenticated
from companyos.kernel.work import Actor

from .external import EXTERNAL_GRANT, ExternalIssuer
from .handles import Handle
from .identity import Identity
from .store import accounts, active, tenants
from .tables import membership, oauth_grant, person, service_account
from .tokens import ACCESS
from .verification import check_audience, check_time, claims_of, verify_own

INGEST_SCOPE = "telemetry:write"
INGEST_HOT_SECONDS = 4.0
MAX_HOT_KEYS = 10_000

ENDED = "Your sign-in has ended; sign in again."


@dataclass(slots=True)
class TokenAuthenticator:
    """The kernel's Authenticator: tokens of the built-in issuer and, by setting, of one external issuer."""

    identity: Identity
    external: ExternalIssuer | None = None
    _ingest: dict[bytes, tuple[float, Claims]] = field(default_factory=dict)

    async def verify(self, token: str) -> Claims:
        """Check signature, issuer, audience and time. Raises Unauthenticated saying what is wrong."""
        if self.external and claims_of(token).get("iss") == self.external.issuer:
            return await self.external.verify(token)
        claims = await verify_own(self.identity, token, typ=ACCESS)
        check_audience(claims, self.identity.audience)
        check_time(claims, datetime.now(UTC), self.identity.settings.leeway_seconds)
        return _claims(claims)

    async def actor(self, db: AsyncConnection, claims: Claims) -> Actor:
        """The actor as of now: one query. Raises Unauthenticated when the sign-in no longer stands."""
        known = _OF_EXTERNAL_PERSON if claims.grant == EXTERNAL_GRANT else _OF_GRANT
        row = (await db.execute(known, _asked(claims))).one_or_none()
        if row is None or row.revoked_at is not None:
            raise Unauthenticated(ENDED)
        if row.person_name is not None and (row.person_status, row.member_status) != ("active", "active"):
            raise Unauthenticated(ENDED)
        if row.account_name is not None and row.account_status != "active":
            raise Unauthenticated(ENDED)
        if claims.environment not in row.environments:
            raise Unauthenticated("You have no access to this environment any more; switch to another.")
        elevations = active.read(row.elevations)
        return Actor(
            "person" if row.person_name is not None else "service",
            claims.subject,
            row.person_name if row.person_name is not None else row.account_name,
            roles=frozenset(row.roles) | {e.role for e in elevations if e.kind == "role"},
            scopes=claims.scopes,
            acr=claims.acr,
            auth_time=claims.auth_time,
            elevations=elevations,
        )

    async def authenticate_ingest_key(self, key: str) -> Claims:
        """Who sends telemetry with this key: a service account with the one scope `telemetry:write`.

        A key that was right stays right for a few seconds without asking the database, so that revoking it
        takes effect within five. Raises Unauthenticated.
        """
        handle = Handle.parse_ingest_key(key)
        if handle is None:
            raise Unauthenticated("This is not an ingest key.")
        hashed = handle.hash
        hot = self._ingest.get(hashed)
        if hot and hot[1].tenant == handle.tenant and time.monotonic() - hot[0] < INGEST_HOT_SECONDS:
            return hot[1]
        self._ingest.pop(hashed, None)
        claims = await self._look_up(handle)
        if len(self._ingest) >= MAX_HOT_KEYS:
            self._ingest.clear()
        self._ingest[hashed] = (time.monotonic(), claims)
        return claims

    async def _look_up(self, handle: Handle) -> Claims:
        async with self.identity.house.begin(tenant=handle.tenant) as work:
            found = await accounts.by_key(work.db, handle.tenant, handle.hash)
            if found is None:
                raise Unauthenticated("This ingest key is unknown or was revoked.")
            key, account = found
            slug = (await tenants.by_id(work.db, handle.tenant)).slug
        return Claims(
            subject=str(account.id),
            tenant=handle.tenant,
            tenant_slug=slug,
            environment=key.environment,
            client=account.name,
            grant=str(key.id),
            scopes=frozenset({INGEST_SCOPE}),
        )


def _columns() -> tuple[ColumnElement[Any], ...]:
    return (
        person.c.name.label("person_name"),
        person.c.status.label("person_status"),
        membership.c.status.label("member_status"),
        service_account.c.name.label("account_name"),
        service_account.c.status.label("account_status"),
        func.coalesce(membership.c.roles, service_account.c.roles).label("roles"),
        func.coalesce(membership.c.environments, service_account.c.environments).label("environments"),
        active.elevations_of(_TENANT, membership.c.person_id, bindparam("environment")).label("elevations"),
    )


def _of_grant() -> Select[Any]:
    of_person = and_(
        membership.c.person_id == oauth_grant.c.person_id, membership.c.tenant_id == oauth_grant.c.tenant_id
    )
    of_account = and_(
        service_account.c.id == oauth_grant.c.account_id,
        service_account.c.tenant_id == oauth_grant.c.tenant_id,
    )
    who = (oauth_grant.c.person_id == _SUBJECT) | (oauth_grant.c.account_id == _SUBJECT)
    return (
        select(*_columns(), oauth_grant.c.revoked_at)
        .select_from(oauth_grant)
        .outerjoin(membership, of_person)
        .outerjoin(person, person.c.id == membership.c.person_id)
        .outerjoin(service_account, of_account)
        .where(oauth_grant.c.tenant_id == _TENANT, oauth_grant.c.id == bindparam("grant", type_=Uuid), who)
        .where((person.c.id == _SUBJECT) | (service_account.c.id == _SUBJECT))
    )


def _of_external_person() -> Select[Any]:
    return (
        select(*_columns(), null().label("revoked_at"))
        .select_from(membership)
        .join(person, person.c.id == membership.c.person_id)
        .outerjoin(service_account, false())
        .where(membership.c.tenant_id == _TENANT, person.c.id == _SUBJECT)
    )


_TENANT, _SUBJECT = bindparam("tenant", type_=Uuid), bindparam("subject", type_=Uuid)
_OF_GRANT = _of_grant()
"""The grant in the token's tenant, with who it belongs to as they are now. Made once: every request asks it."""
_OF_EXTERNAL_PERSON = _of_external_person()
"""The membership in the token's tenant of a person whom an external issuer signed in."""


def _asked(claims: Claims) -> dict[str, Any]:
    try:
        named = {"subject": UUID(claims.subject)}
        if claims.grant != EXTERNAL_GRANT:
            named["grant"] = UUID(claims.grant)
    except ValueError as error:
        raise Unauthenticated("The token names no sign-in of this issuer.") from error
    return {**named, "tenant": claims.tenant, "environment": claims.environment}


def _claims(claims: dict[str, Any]) -> Claims:
    try:
        return Claims(
            subject=str(claims["sub"]),
            tenant=UUID(claims["tenant"]),
            tenant_slug=str(claims["tenant_slug"]),
            environment=str(claims["environment"]),
            client=str(claims["client_id"]),
            grant=str(claims["grant"]),
            scopes=frozenset(str(claims.get("scope", "")).split()),
            acr=claims.get("acr"),
            auth_time=datetime.fromtimestamp(claims["auth_time"], UTC) if "auth_time" in claims else None,
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Unauthenticated("The token does not say for whom and where it holds.") from error
