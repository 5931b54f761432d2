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


@event("operations.deployment.recorded", version=1)
class DeploymentRecorded(Event, frozen=True):
    """A deployment became known, in whatever state it then was; `happened_at` is when it was asked for."""

    deployment: UUID
    service: str
    release: str
    environment: str
    status: str
    source: str
    author: str
    commit: str
    happened_at: datetime


@event("operations.deployment.started", version=1)
class DeploymentStarted(Event, frozen=True):
    """A deployment began to run."""

    deployment: UUID
    service: str
    release: str


@event("operations.deployment.finished", version=1)
class DeploymentFinished(Event, frozen=True):
    """A deployment ended; `status` is "succeeded" or "failed"."""

    deployment: UUID
    service: str
    release: str
    status: str


@event("operations.deployment.paused", version=1)
class DeploymentPaused(Event, frozen=True):
    """Someone held a deployment; `order` is the command that goes to the deployer."""

    deployment: UUID
    service: str
    release: str
    order: UUID
    ordered_at: datetime
    reason: str
    evidence: UUID


@event("operations.deployment.rolled_back", version=1)
class DeploymentRolledBack(Event, frozen=True):
    """Someone took a deployment back; `replacement` is the deployment of `to_release` that was ordered."""

    deployment: UUID
    service: str
    release: str
    replacement: UUID
    to_release: str
    order: UUID
    ordered_at: datetime
    reason: str
    evidence: UUID


@event("operations.deployment.redeployed", version=1)
class DeploymentRedeployed(Event, frozen=True):
    """Someone forced a version out again; `replacement` is the deployment that was ordered."""

    deployment: UUID
    service: str
    release: str
    replacement: UUID
    order: UUID
    ordered_at: datetime
    reason: str
    evidence: UUID


@event("operations.incident.opened", version=1)
class IncidentOpened(Event, frozen=True):
    """An incident began."""

    incident: UUID
    title: str
    severity: str
    owner: str
    services: tuple[str, ...] = ()
    deployments: tuple[UUID, ...] = ()


@event("operations.incident.acknowledged", version=1)
class IncidentAcknowledged(Event, frozen=True):
    """Someone took an incident on."""

    incident: UUID
    title: str
    severity: str
    owner: str


@event("operations.incident.mitigated", version=1)
class IncidentMitigated(Event, frozen=True):
    """The harm of an incident stopped; the cause may stand."""

    incident: UUID
    title: str
    severity: str
    owner: str


@event("operations.incident.resolved", version=1)
class IncidentResolved(Event, frozen=True):
    """An incident is over."""

    incident: UUID
    title: str
    severity: str
    owner: str


@event("operations.incident.changed", version=1)
class IncidentChanged(Event, frozen=True):
    """An incident's title, severity, owner or links changed; `services` and `deployments` are what is linked now."""

    incident: UUID
    title: str
    severity: str
    status: str
    owner: str
    services: tuple[str, ...] = ()
    deployments: tuple[UUID, ...] = ()
    was_services: tuple[str, ...] = ()
    was_deployments: tuple[UUID, ...] = ()


@event("operations.incident.noted", version=1)
class IncidentNoted(Event, frozen=True):
    """Someone wrote a note into an incident's timeline."""

    incident: UUID
    entry: UUID
