"""The manifest of identity."""

import httpx

from companyos.kernel.domain import Action, AuditEvent, Domain, Job
from companyos.kernel.house import House
from companyos.kernel.ports.authenticator import Authenticator
from companyos.kernel.ports.elevations import Elevations

from . import api, events, steps  # noqa: F401 - events enter the registry by being imported
from .authenticator import TokenAuthenticator
from .elevations import breaking, deciding, spanning, telling, upkeep
from .elevations.holding import KeptElevations
from .entities import ENTITIES
from .external import ExternalIssuer
from .identity import Identity
from .issuer.routes import ROUTES
from .seed import seed
from .settings import IdentitySettings
from .store import accounts, elevations, people
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
    house.adapters[Elevations] = KeptElevations()


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
        Action("identity:tenant.span", "See the totals of the tenant", risk="none", deny="hide"),
        Action("identity:person.list", "See who is a member", risk="none"),
        Action("identity:person.read", "See a member", risk="none", deny="hide"),
        Action("identity:person.invite", "Invite a person"),
        Action("identity:person.update", "Change a member's roles and environments"),
        Action("identity:person.lock", "Lock or unlock a member"),
        Action("identity:person.sign_out", "End every sign-in of a member"),
        Action("identity:role.list", "See the roles", risk="none"),
        Action("identity:service_account.list", "See the service accounts", risk="none"),
        Action("identity:service_account.read", "See a service account", risk="none", deny="hide"),
        Action("identity:service_account.create", "Make a service account"),
        Action("identity:service_account.update", "Change a service account and its keys"),
        Action("identity:service_account.rotate", "Rotate a service account's ingest keys"),
        Action("identity:service_account.collect", "Collect a key that was made by rotating"),
        Action("identity:issuer.turn_key", "Turn the issuer's signing key"),
        Action("identity:session.list", "See one's own sign-ins", risk="none"),
        Action("identity:session.end", "End one of one's own sign-ins"),
        Action("identity:elevation.list", "See one's own elevations", risk="none"),
        Action("identity:elevation.read", "See an elevation", risk="none", deny="hide"),
        Action("identity:elevation.request", "Ask for an elevation"),
        Action("identity:elevation.approve", "Approve an elevation", risk="high"),
        Action("identity:elevation.deny", "Deny an elevation"),
        Action("identity:elevation.withdraw", "Take a request for an elevation back"),
        Action("identity:elevation.revoke", "End an elevation before its time"),
        Action("identity:elevation.extend", "Extend an elevation"),
        Action("identity:elevation.break_glass", "Break the glass", risk="high"),
        Action("identity:elevation.review", "Review a broken glass"),
        Action("identity:elevation.grant", "Let an outsider see the tenant's totals", risk="high"),
    ),
    audit=(
        AuditEvent("identity.tenant.founded", "A tenant was made"),
        AuditEvent("identity.tenant.renamed", "The tenant was renamed"),
        AuditEvent("identity.person.invited", "A person was invited"),
        AuditEvent("identity.person.changed", "A member's roles or environments changed"),
        AuditEvent("identity.person.locked", "A member was locked and their sign-ins ended"),
        AuditEvent("identity.person.unlocked", "A locked member was let in again"),
        AuditEvent("identity.person.signed_out", "Every sign-in of a member was ended"),
        AuditEvent("identity.person.signed_in", "A person signed in"),
        AuditEvent("identity.password.set", "A person set a password"),
        AuditEvent("identity.factor.added", "A person added a second factor"),
        AuditEvent("identity.factor.removed", "A person removed a second factor"),
        AuditEvent("identity.grant.revoked", "A sign-in was ended before its time"),
        AuditEvent("identity.service_account.created", "A service account was made"),
        AuditEvent("identity.service_account.changed", "A service account changed"),
        AuditEvent("identity.service_account.signed_in", "A service account got a token"),
        AuditEvent("identity.ingest_key.created", "An ingest key was made"),
        AuditEvent("identity.ingest_key.rotated", "A service account got new ingest keys for its old ones"),
        AuditEvent("identity.ingest_key.collected", "A key that was made by rotating was shown, once"),
        AuditEvent("identity.issuer.turned", "The issuer turned to its next signing key"),
        AuditEvent("identity.ingest_key.revoked", "An ingest key was revoked"),
        AuditEvent("identity.elevation.requested", "Somebody asked to do more for a time"),
        AuditEvent("identity.elevation.approved", "An elevation was approved", risk="high"),
        AuditEvent("identity.elevation.denied", "An elevation was denied"),
        AuditEvent("identity.elevation.withdrawn", "A request for an elevation was taken back"),
        AuditEvent("identity.elevation.extended", "An elevation was extended"),
        AuditEvent("identity.elevation.used", "An elevation was used for its one act"),
        AuditEvent("identity.elevation.revoked", "An elevation was ended before its time"),
        AuditEvent("identity.elevation.expired", "An elevation ran out, or a request lapsed"),
        AuditEvent("identity.elevation.voided", "An elevation became void"),
        AuditEvent("identity.elevation.reviewed", "A broken glass was reviewed"),
        AuditEvent("identity.glass.broken", "Somebody broke the glass", risk="high"),
        AuditEvent("identity.span.granted", "An outsider was let see the tenant's totals", risk="high"),
    ),
    reactions=(
        upkeep.approver_changed,
        upkeep.approver_locked,
        upkeep.role_revoked,
        upkeep.role_voided,
        telling.span_granted,
        telling.span_expired,
        telling.span_revoked,
        telling.span_voided,
    ),
    entities=ENTITIES,
    rows=(people.ROWS, accounts.ROWS, elevations.ROWS),
    previews={
        "identity:elevation.approve": deciding.preview_approval,
        "identity:elevation.break_glass": breaking.preview_breaking,
        "identity:elevation.grant": spanning.preview_grant,
    },
    jobs=(
        Job("identity.tend_keys", tend_keys, every=60),
        Job("identity.forget_ended", forget_ended, every=600),
        Job("identity.end_elevations", upkeep.end_elevations, every=5),
    ),
    steps=steps.TYPES,
    settings=IdentitySettings,
    starts=start,
    stops=stop,
    seed=seed,
)
