"""What the rest of CompanyOS may ask of identity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from companyos.kernel.entities import EntityRef
from companyos.kernel.house import House
from companyos.kernel.ids import new_id
from companyos.kernel.ports.authenticator import Authenticator, Claims
from companyos.kernel.problems import Conflict, NotFound
from companyos.kernel.work import Actor, Work

from . import one_time
from .authenticator import TokenAuthenticator
from .elevations import asking, ending
from .elevations.breaking import reviewers
from .elevations.spanning import Span, entering, spanned
from .elevations.wire import AskIn
from .handles import Handle
from .identity import identity_of
from .service.invitation import invitation_for
from .settings import IdentitySettings
from .store import accounts, elevations, people, tenants

__all__ = [
    "Asked",
    "Belongs",
    "IdentitySettings",
    "Invitation",
    "Span",
    "authenticate_ingest_key",
    "entering",
    "found_tenant",
    "own_tenant",
    "person_now",
    "reviewers",
    "seed_ingest_key",
    "seed_person",
    "seed_tenant",
    "slug_of",
    "spanned",
    "turn_signing_key",
    "withdraw_elevation",
]


@dataclass(frozen=True, slots=True)
class Belongs:
    """What a person is in one tenant."""

    roles: Sequence[str]
    environments: Sequence[str]


@dataclass(frozen=True, slots=True)
class Invitation:
    """How an invited person gets in: open `url`, give the email and this `code`, once, before `expires_at`."""

    person: UUID
    url: str
    code: str
    expires_at: datetime


async def authenticate_ingest_key(house: House, key: str) -> Claims:
    """Who sends telemetry with a `cosk_…` key; revoking one takes effect within five seconds.

    The claims have the one scope `telemetry:write`. Raises Unauthenticated.
    """
    authenticator = house.adapter(Authenticator)
    assert isinstance(authenticator, TokenAuthenticator)
    return await authenticator.authenticate_ingest_key(key)


async def found_tenant(
    house: House,
    *,
    slug: str,
    name: str,
    region: str = "",
    environments: Sequence[str] = ("prod",),
    admin_email: str,
    admin_name: str,
) -> Invitation:
    """Make a tenant and invite its first administrator; for the operator at the machine. Raises Conflict."""
    async with house.begin() as work:
        if await tenants.by_slug(work.db, slug) is not None:
            raise Conflict(f"There is a tenant {slug} already; choose another slug.")
        tenant = tenants.Tenant(new_id(), slug, name, region, False, 1, work.now)
        await tenants.add(work.db, tenant, environments)
    async with house.begin(tenant=tenant.id, environment=environments[0]) as work:
        await work.record("identity.tenant.founded", tenant.ref, slug=slug, name=name)
        person = await people.by_email(work.db, admin_email)
        if person is None:
            person = people.new(admin_email, admin_name, work.now)
            await people.add(work.db, person)
        await people.put_membership(
            work.db, tenant.id, person.id, admin_name, ["tenant_admin"], environments, work.now
        )
        code, expires_at = await invitation_for(work, person.id)
        await work.record("identity.person.invited", people.ref(person.id), roles=["tenant_admin"])
    return Invitation(person.id, f"{house.public_url}/sign-in/first", code, expires_at)


async def seed_tenant(
    house: House,
    *,
    id: UUID,
    slug: str,
    name: str,
    region: str,
    environments: Sequence[str],
    now: datetime,
) -> None:
    """Make a demo tenant; one that is there already stays as it is."""
    async with house.begin() as work:
        if await tenants.by_slug(work.db, slug) is None:
            await tenants.add(work.db, tenants.Tenant(id, slug, name, region, True, 1, now), environments)


async def seed_person(
    house: House,
    *,
    id: UUID,
    email: str,
    name: str,
    password: str,
    totp_seed: str | None,
    belongs: Mapping[UUID, Belongs],
    now: datetime,
) -> None:
    """Make a demo person who can sign in at once; `totp_seed` is base32 or None. One who is there stays as they are.

    `belongs` maps tenants to what the person is there; name roles that policy knows.
    """
    identity = identity_of(house)
    async with house.begin() as work:
        if await people.by_id(work.db, id) is not None:
            return
    hashed = await identity.passwords.hash(password)
    async with house.begin() as work:
        person = people.new(email, name, now, id=id, password=hashed)
        await people.add(work.db, person)
        if totp_seed is not None:
            await one_time.keep_seed(work.db, identity.seal, id, totp_seed, confirmed_at=now)
        for tenant, what in belongs.items():
            await tenants.enter(work.db, tenant)
            await people.put_membership(work.db, tenant, id, name, what.roles, what.environments, now)


async def seed_ingest_key(house: House, *, tenant: UUID, name: str, environment: str) -> str:
    """A fresh ingest key of the service account `name`, which is made if needed; older keys of it end.

    For CompanyOS's own telemetry, which needs a key that it does not have to keep anywhere.
    """
    async with house.begin(tenant=tenant, environment=environment) as work:
        account = await accounts.named(work.db, tenant, name)
        if account is None:
            account = accounts.Account(
                tenant, new_id(), name, (), (environment,), {"keys": []}, "active", 1, work.now
            )
            await accounts.add(work.db, account)
        for old in await accounts.keys_of(work.db, tenant, [account.id]):
            if old.environment == environment:
                await accounts.revoke_key(work.db, tenant, account.id, old.id, work.now)
        handle = Handle.new(tenant)
        key = accounts.IngestKey(tenant, new_id(), account.id, environment, handle.hash, work.now, None)
        await accounts.add_key(work.db, key)
        await work.record("identity.ingest_key.created", account.ref, key=str(key.id))
    return handle.as_ingest_key


async def turn_signing_key(house: House, *, now: datetime, compromised: bool = False) -> str:
    """Turn the issuer to its next key and return its id; `compromised` refuses every token of the last one."""
    return await identity_of(house).signing.turn(now, compromised=compromised)


async def person_now(work: Work, person: UUID) -> Actor | None:
    """A member of the Work's tenant as they are now, without proof of presence; None when they may not act there."""
    try:
        member = await people.member(work.db, work.tenant, person)
    except NotFound:
        return None
    if member.status != "active" or work.environment not in member.environments:
        return None
    more = await elevations.roles_of(work.db, work.tenant, person, work.environment)
    return Actor("person", str(person), member.name, roles=frozenset(member.roles) | more)


async def is_account(work: Work, name: str) -> bool:
    """Whether the Work's tenant has a service account of that name."""
    return await accounts.named(work.db, work.tenant, name) is not None


async def own_tenant(work: Work) -> tenants.Tenant:
    """The Work's tenant."""
    return await tenants.by_id(work.db, work.tenant)


async def slug_of(work: Work) -> str:
    """The short name of the Work's tenant."""
    return (await tenants.by_id(work.db, work.tenant)).slug


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a request for an elevation: its state, who decided (`person:018f…`), and what they wrote."""

    id: UUID
    state: str
    decided_by: str
    note: str


async def ask_elevation(
    work: Work, *, action: str, on: EntityRef, input: Mapping[str, Any], minutes: int, reason: str
) -> Asked:
    """Ask, in the name of the Work's actor, for an elevation for one act as its preview shows it now."""
    body = AskIn(
        kind="act", action=action, type=on.type, id=on.id, input=dict(input), minutes=minutes, reason=reason
    )
    return _asked(await asking.request(work, body))


async def asked_elevation(work: Work, id: UUID) -> Asked:
    """How a request stands. Raises NotFound."""
    return _asked(await elevations.get(work.db, work.tenant, id))


async def withdraw_elevation(work: Work, id: UUID) -> Asked:
    """Take a request of the Work's actor back."""
    return _asked(await ending.withdraw(work, id))


def _asked(found: elevations.ElevationRequest) -> Asked:
    by = f"person:{found.decided_by}" if found.decided_by else ""
    return Asked(found.id, found.state, by, found.note)
