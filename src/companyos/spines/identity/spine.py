"""The manifest of identity."""

import httpx

from companyos.kernel.domain import Action, AuditEvent, Domain, Job
from companyos.kernel.house import House
from companyos.kernel.ports.authenticator import Authenticator

from . import api, events  # noqa: F401 - events enter the registry by being imported
from .authenticator import TokenAuthenticator
from .entities import ENTITIES
from .external import ExternalIssuer
from .identity import Identity
from .issuer.routes import ROUTES
from .seed import seed
from .settings import IdentitySettings
from .upkeep import forget_ended, tend_keys

HTTP_SECONDS = 5.0


async def start(house: House) -> None:
    """Take up the key ring and become the house's authenticator."""
    identity = Identity.open(house)
    external = None
    if house.settings.issuer:
        http = httpx.AsyncClient(timeout=HTTP_SECONDS, follow_redirects=False)
        external = ExternalIssuer(identity, house.settings.issuer.rstrip("/"), http)
    house.adapters[Identity] = identity
    house.adapters[Authenticator] = TokenAuthenticator(identity, external)


async def stop(house: House) -> None:
    """Let go of connections to an external issuer."""
    authenticator = house.adapters.get(Authenticator)
    if isinstance(authenticator, TokenAuthenticator) and authenticator.external:
        await authenticator.external.http.aclose()


spine = Domain(
    name="identity",
    title="Identity",
    router=api.router,
    routes=ROUTES,
    actions=(
        Action("identity:tenant.read", "See the tenant", risk="none", deny="hide"),
        Action("identity:tenant.update", "Rename the tenant"),
        Action("identity:person.list", "See who is a member", risk="none"),
        Action("identity:person.read", "See a member", risk="none", deny="hide"),
        Action("identity:person.invite", "Invite a person"),
        Action("identity:person.update", "Change a member's roles and environments"),
        Action("identity:person.lock", "Lock or unlock a member"),
        Action("identity:role.list", "See the roles", risk="none"),
        Action("identity:service_account.list", "See the service accounts", risk="none"),
        Action("identity:service_account.read", "See a service account", risk="none", deny="hide"),
        Action("identity:service_account.create", "Make a service account"),
        Action("identity:service_account.update", "Change a service account and its keys"),
        Action("identity:session.list", "See one's own sign-ins", risk="none"),
        Action("identity:session.end", "End one of one's own sign-ins"),
    ),
    audit=(
        AuditEvent("identity.tenant.founded", "A tenant was made"),
        AuditEvent("identity.tenant.renamed", "The tenant was renamed"),
        AuditEvent("identity.person.invited", "A person was invited"),
        AuditEvent("identity.person.changed", "A member's roles or environments changed"),
        AuditEvent("identity.person.locked", "A member was locked and their sign-ins ended"),
        AuditEvent("identity.person.unlocked", "A locked member was let in again"),
        AuditEvent("identity.person.signed_in", "A person signed in"),
        AuditEvent("identity.password.set", "A person set a password"),
        AuditEvent("identity.factor.added", "A person added a second factor"),
        AuditEvent("identity.factor.removed", "A person removed a second factor"),
        AuditEvent("identity.grant.revoked", "A sign-in was ended before its time"),
        AuditEvent("identity.service_account.created", "A service account was made"),
        AuditEvent("identity.service_account.changed", "A service account changed"),
        AuditEvent("identity.service_account.signed_in", "A service account got a token"),
        AuditEvent("identity.ingest_key.created", "An ingest key was made"),
        AuditEvent("identity.ingest_key.revoked", "An ingest key was revoked"),
    ),
    entities=ENTITIES,
    jobs=(
        Job("identity.tend_keys", tend_keys, every=60),
        Job("identity.forget_ended", forget_ended, every=600),
    ),
    settings=IdentitySettings,
    starts=start,
    stops=stop,
    seed=seed,
)
