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
