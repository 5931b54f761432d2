"""News from operations. Fields only grow; a changed meaning is a new version.

`release` is the version of the service that a deployment brings.
"""

from datetime import datetime
from uuid import UUID

from companyos.kernel.events import Event, event


@event("operations.service.registered", version=1)
class ServiceRegistered(Event, frozen=True):
    """A service is known from now on."""

    service: str
    title: str
    owner: str
    tier: str
    lifecycle: str
    depends_on: tuple[str, ...] = ()


@event("operations.service.changed", version=1)
class ServiceChanged(Event, frozen=True):
    """A service's description changed; the fields hold what is true now, `was_depends_on` what was."""

    service: str
    title: str
    owner: str
    tier: str
    lifecycle: str
    depends_on: tuple[str, ...] = ()
    was_depends_on: tuple[str, ...] = ()


@event("operations.service.archived", version=1)
class ServiceArchived(Event, frozen=True):
    """A service is no longer run."""

    service: str
    depends_on: tuple[str, ...] = ()


@event("operations.service.isolated", version=1)
class ServiceIsolated(Event, frozen=True):
    """No version of the service goes out until it is released."""

    service: str
    because: str
    evidence: UUID


@event("operations.service.released", version=1)
class ServiceReleased(Event, frozen=True):
    """The service is not isolated any more."""

    service: str
    because: str
    evidence: UUID


@event("operations.service.log_level_asked", version=1)
class LogLevelAsked(Event, frozen=True):
    """A service is to write other entries into its logs; `level` empty: as it does by itself."""

    service: str
    order: UUID
    level: str
    asked_at: datetime
    reason: str


@event("operations.service.log_level_set", version=1)
class LogLevelSet(Event, frozen=True):
    """A service was told which entries to write; every process of ours follows."""

    service: str
    level: str
    status: str


class DeploymentEvent(Event, frozen=True):
    """What every event about a deployment says of it: how it stands after the event."""

    deployment: UUID
    service: str
    release: str
    environment: str
    status: str
    author: str
    commit: str


@event("operations.deployment.recorded", version=1)
class DeploymentRecorded(DeploymentEvent, frozen=True):
    """A deployment became known, in whatever state it then was; `happened_at` is when it was asked for."""

    source: str
    happened_at: datetime


@event("operations.deployment.started", version=1)
class DeploymentStarted(DeploymentEvent, frozen=True):
    """A deployment began to run."""


@event("operations.deployment.finished", version=1)
class DeploymentFinished(DeploymentEvent, frozen=True):
    """A deployment ended; `status` is "succeeded" or "failed"."""


class DeploymentOrder(DeploymentEvent, frozen=True):
    """A risky verb was done: `order` is the command that goes to the deployer, `evidence` the signed pack."""

    order: UUID
    ordered_at: datetime
    reason: str
    evidence: UUID


@event("operations.deployment.paused", version=1)
class DeploymentPaused(DeploymentOrder, frozen=True):
    """Someone held a deployment."""


@event("operations.deployment.rolled_back", version=1)
class DeploymentRolledBack(DeploymentOrder, frozen=True):
    """Someone took a deployment back; `replacement` is the deployment of `to_release` that was ordered."""

    replacement: UUID
    to_release: str


@event("operations.deployment.redeployed", version=1)
class DeploymentRedeployed(DeploymentOrder, frozen=True):
    """Someone forced a version out again; `replacement` is the deployment that was ordered."""

    replacement: UUID


class IncidentEvent(Event, frozen=True):
    """What every event about an incident says of it: how it stands after the event."""

    incident: UUID
    title: str
    severity: str
    status: str
    owner: str
    environment: str


@event("operations.incident.opened", version=1)
class IncidentOpened(IncidentEvent, frozen=True):
    """An incident began."""

    services: tuple[str, ...] = ()
    deployments: tuple[UUID, ...] = ()


@event("operations.incident.acknowledged", version=1)
class IncidentAcknowledged(IncidentEvent, frozen=True):
    """Someone took an incident on."""


@event("operations.incident.mitigated", version=1)
class IncidentMitigated(IncidentEvent, frozen=True):
    """The harm of an incident stopped; the cause may stand."""


@event("operations.incident.resolved", version=1)
class IncidentResolved(IncidentEvent, frozen=True):
    """An incident is over."""


@event("operations.incident.changed", version=1)
class IncidentChanged(IncidentEvent, frozen=True):
    """An incident's title, severity, owner or links changed; `was_…` are what was linked before."""

    services: tuple[str, ...] = ()
    deployments: tuple[UUID, ...] = ()
    was_services: tuple[str, ...] = ()
    was_deployments: tuple[UUID, ...] = ()


@event("operations.incident.noted", version=1)
class IncidentNoted(Event, frozen=True):
    """Someone wrote a note into an incident's timeline."""

    incident: UUID
    entry: UUID
