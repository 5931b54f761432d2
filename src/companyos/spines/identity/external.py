"""An external OIDC issuer: its tokens verified through its own discovery and keys, its claims mapped to ours.

| claim of the token                          | becomes                                                    |
|---------------------------------------------|------------------------------------------------------------|
| `iss` + `sub`                               | the person it was linked to                                |
| `email`, if `email_verified` is true        | at first sight: the person with that email, linked for good |
| `external_tenant_claim` (slug or id)        | the tenant; else the one the person worked in last         |
| `external_environment_claim`                | the environment; else the person's last or first there     |
| `acr` in `external_mfa_acr`, or `amr` "mfa" | a second factor (`urn:companyos:mfa`)                       |
| `auth_time`, `scope`, `client_id` or `azp`  | the same                                                   |
"""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from companyos.kernel.ports.authenticator import Claims
from companyos.kernel.problems import Unauthenticated, Unavailable
from companyos.kernel.work import MFA, PASSWORD, Actor, Work

from .identity import Identity
from .store import people, tenants
from .verification import check_audience, check_time, checked, header_of, seconds

log = structlog.get_logger(__name__)

ALGORITHMS = ["ES256", "ES384", "EdDSA", "PS256", "RS256"]
EXTERNAL_GRANT = "external"
KEYS_SECONDS = 300.0
UNKNOWN_KEY_SECONDS = 5.0
PERSON_SECONDS = 60.0
MAX_HOT_PEOPLE = 10_000


@dataclass(slots=True)
class ExternalIssuer:
    """Verifies tokens of `issuer`; its keys are read when first needed and again every few minutes."""

    identity: Identity
    issuer: str
    http: httpx.AsyncClient
    _keys: KeySet | None = None
    _kids: frozenset[str] = frozenset()
    _read_at: float = float("-inf")
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _people: dict[str, tuple[float, UUID]] = field(default_factory=dict)

    async def verify(self, token: str) -> Claims:
        """The claims of an access token of the external issuer, in our terms. Raises Unauthenticated."""
        settings = self.identity.settings
        header = header_of(token)
        if header.get("alg") not in ALGORITHMS or "crit" in header:
            raise Unauthenticated(f"The token is not signed with one of {', '.join(ALGORITHMS)}.")
        claims = checked(token, await self._keys_with(str(header.get("kid", ""))), [header["alg"]])
        if claims.get("iss") != self.issuer:
            raise Unauthenticated("The token is of another issuer.")
        check_audience(claims, settings.external_audience or self.identity.audience)
        check_time(claims, datetime.now(UTC), settings.leeway_seconds)
        return await self._map(claims)

    async def _keys_with(self, kid: str) -> KeySet:
        """The issuer's keys; read again when they are old, or when this one is not among them."""
        age = UNKNOWN_KEY_SECONDS if kid not in self._kids else KEYS_SECONDS
        async with self._reading:
            if self._keys is None or time.monotonic() - self._read_at >= age:
                await self._read()
        if self._keys is None or kid not in self._kids:
            raise Unauthenticated("The token is signed with a key that its issuer does not publish.")
        return self._keys

    async def _read(self) -> None:
        try:
            about = await self._get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if about.get("issuer") != self.issuer:
                raise ValueError(f"its discovery document names {about.get('issuer')!r}")
            keys = KeySet.import_key_set(await self._get(about["jwks_uri"]))
        except (httpx.HTTPError, JoseError, ValueError, KeyError) as error:
            log.error("issuer.unreadable", issuer=self.issuer, error=str(error))
            if self._keys is None:
                raise Unavailable(f"The issuer {self.issuer} does not answer.", retry_after=5) from error
            return  # go on with the keys we have; tokens by new ones are refused meanwhile
        self._keys, self._read_at = keys, time.monotonic()
        self._kids = frozenset(key.kid or "" for key in keys.keys)

    async def _get(self, url: str) -> Any:
        return (await self.http.get(url)).raise_for_status().json()

    async def _map(self, claims: dict[str, Any]) -> Claims:
        settings = self.identity.settings
        subject = str(claims.get("sub", ""))
        if not subject:
            raise Unauthenticated("The token does not say who was signed in.")
        person_id = await self._person(subject, claims)
        tenant, environment = await self._context(person_id, claims)
        amr = claims.get("amr")
        mfa = claims.get("acr") in settings.external_mfa_acr or (isinstance(amr, list) and "mfa" in amr)
        auth_time = seconds(claims.get("auth_time"))
        return Claims(
            subject=str(person_id),
            tenant=tenant.id,
            tenant_slug=tenant.slug,
            environment=environment,
            client=str(claims.get("client_id") or claims.get("azp") or "unknown"),
            grant=EXTERNAL_GRANT,
            scopes=frozenset(str(claims.get("scope", "")).split()),
            acr=MFA if mfa and auth_time is not None else PASSWORD,
            auth_time=datetime.fromtimestamp(auth_time, UTC) if auth_time is not None else None,
        )

    async def _person(self, subject: str, claims: dict[str, Any]) -> UUID:
        hot = self._people.get(subject)
        if hot and time.monotonic() - hot[0] < PERSON_SECONDS:
            return hot[1]
        async with self.identity.house.begin() as work:
            person_id = await people.by_external(work.db, self.issuer, subject)
            if person_id is None:
                person_id = await self._link(work, subject, claims)
        if len(self._people) >= MAX_HOT_PEOPLE:
            self._people.clear()
        self._people[subject] = (time.monotonic(), person_id)
        return person_id

    async def _link(self, work: Work, subject: str, claims: dict[str, Any]) -> UUID:
        email = claims.get("email")
        verified = claims.get("email_verified") is True
        person = None
        if self.identity.settings.external_match_email and verified and isinstance(email, str):
            person = await people.by_email(work.db, email)
        if person is None:
            raise Unauthenticated("Nobody here is known under this sign-in; ask for an invitation.")
        await people.link_external(work.db, self.issuer, subject, person.id, work.now)
        log.info("person.linked", issuer=self.issuer, person=str(person.id))
        return person.id

    async def _context(self, person_id: UUID, claims: dict[str, Any]) -> tuple[tenants.Tenant, str]:
        """Where the token holds: as its claims say, else where the person worked last, else their first."""
        settings = self.identity.settings
        asked = claims.get(settings.external_tenant_claim)
        wanted = claims.get(settings.external_environment_claim)
        async with self.identity.house.begin(actor=Actor("person", str(person_id), "")) as work:
            person = await people.by_id(work.db, person_id)
            member_of = await people.memberships(work.db, person_id)
            if asked is not None:
                member_of = [m for m in member_of if str(asked) in (m.slug, str(m.tenant))]
            member_of.sort(key=lambda m: person is not None and m.tenant != person.last_tenant)
            if not member_of:
                raise Unauthenticated("The person is not a member of the tenant that the token names.")
            membership = member_of[0]
            order = list(membership.environments)
            if wanted is None and person and person.last_environment in order:
                wanted = person.last_environment
            environment = str(wanted) if wanted is not None else next(iter(order), "")
            return await tenants.by_id(work.db, membership.tenant), environment
