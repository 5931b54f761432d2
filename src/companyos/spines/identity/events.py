"""Events of identity: who was invited, changed, locked, signed in. `title` is what people call the subject."""

from uuid import UUID

from companyos.kernel.events import Event, event


@event("identity.tenant.renamed", version=1)
class TenantRenamed(Event, frozen=True):
    """The tenant has another name."""

    tenant: UUID
    title: str


@event("identity.person.invited", version=1)
class PersonInvited(Event, frozen=True):
    """A person became a member of the tenant."""

    person: UUID
    title: str
    roles: tuple[str, ...]
    environments: tuple[str, ...]


@event("identity.person.changed", version=1)
class PersonChanged(Event, frozen=True):
    """A member has other roles or environments."""

    person: UUID
    title: str
    roles: tuple[str, ...]
    environments: tuple[str, ...]


@event("identity.person.locked", version=1)
class PersonLocked(Event, frozen=True):
    """A member may not sign in to this tenant any more; their grants here were revoked."""

    person: UUID
    title: str


@event("identity.person.unlocked", version=1)
class PersonUnlocked(Event, frozen=True):
    """A locked member may sign in again."""

    person: UUID
    title: str


@event("identity.person.signed_out", version=1)
class PersonSignedOut(Event, frozen=True):
    """Somebody ended every sign-in of a member to this tenant; they may sign in again."""

    person: UUID
    title: str
    sign_ins: int


@event("identity.person.signed_in", version=1)
class SignedIn(Event, frozen=True):
    """A person signed in to the tenant with a client."""

    person: UUID
    client: str
    acr: str


@event("identity.grant.revoked", version=1)
class GrantRevoked(Event, frozen=True):
    """A sign-in was ended before its time. `because`: signed_out, ended, locked, revoked, reused."""

    grant: UUID
    because: str


@event("identity.service_account.created", version=1)
class ServiceAccountCreated(Event, frozen=True):
    """A program may act in the tenant."""

    account: UUID
    title: str
    roles: tuple[str, ...]


@event("identity.service_account.changed", version=1)
class ServiceAccountChanged(Event, frozen=True):
    """A service account has other roles, environments, keys, or another status."""

    account: UUID
    title: str
    status: str


@event("identity.ingest_key.created", version=1)
class IngestKeyCreated(Event, frozen=True):
    """Telemetry may be sent with a new key."""

    account: UUID
    key: UUID
    environment: str


@event("identity.ingest_key.revoked", version=1)
class IngestKeyRevoked(Event, frozen=True):
    """A key stopped working."""

    account: UUID
    key: UUID


class ElevationNews(Event, frozen=True):
    """What events of elevations tell: which, what it is for, and who asked."""

    elevation: UUID
    title: str
    person: str


@event("identity.elevation.requested", version=1, urgent=True)
class ElevationRequested(ElevationNews, frozen=True):
    """Somebody asks to do more for a time."""


@event("identity.elevation.approved", version=1, urgent=True)
class ElevationApproved(ElevationNews, frozen=True):
    """Somebody else said yes; the time runs."""


@event("identity.elevation.denied", version=1, urgent=True)
class ElevationDenied(ElevationNews, frozen=True):
    """Somebody else said no."""


@event("identity.elevation.withdrawn", version=1, urgent=True)
class ElevationWithdrawn(ElevationNews, frozen=True):
    """The requester took it back before anybody decided."""


@event("identity.elevation.extended", version=1, urgent=True)
class ElevationExtended(ElevationNews, frozen=True):
    """It holds for longer."""


@event("identity.elevation.used", version=1, urgent=True)
class ElevationUsed(ElevationNews, frozen=True):
    """The one act that it was for was done."""


@event("identity.elevation.revoked", version=1, urgent=True)
class ElevationRevoked(ElevationNews, frozen=True):
    """It was ended before its time."""


@event("identity.elevation.expired", version=1, urgent=True)
class ElevationExpired(ElevationNews, frozen=True):
    """Its time was over, or nobody decided in time."""


@event("identity.elevation.voided", version=1, urgent=True)
class ElevationVoided(ElevationNews, frozen=True):
    """It may not hold any more: the plan changed, the approver lost the right, or the clock went back."""


@event("identity.glass.broken", version=1, urgent=True)
class GlassBroken(ElevationNews, frozen=True):
    """Somebody took a role without asking. Every administrator should look."""

    reason: str


@event("identity.elevation.reviewed", version=1, urgent=True)
class ElevationReviewed(ElevationNews, frozen=True):
    """Somebody else looked at a broken glass. `verdict`: justified, unjustified."""

    verdict: str


@event("identity.span.granted", version=1)
class SpanGranted(ElevationNews, frozen=True):
    """Somebody outside the tenant sees its totals for a time."""


@event("identity.span.changed", version=1, urgent=True)
class SpanChanged(ElevationNews, frozen=True):
    """Told in the tenants of whoever holds the span: it began, or it ended."""
