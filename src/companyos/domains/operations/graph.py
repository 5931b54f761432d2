"""How the news of operations changes the graph: services and what they depend on, deployments, incidents."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from companyos.kernel.entities import EntityRef
from companyos.kernel.events import Event
from companyos.spines.graph.public.types import GraphChange, Relate, Retire, Unrelate, Upsert

from .public.events import (
    DeploymentEvent,
    DeploymentFinished,
    DeploymentPaused,
    DeploymentRecorded,
    DeploymentRolledBack,
    DeploymentStarted,
    IncidentAcknowledged,
    IncidentChanged,
    IncidentEvent,
    IncidentMitigated,
    IncidentOpened,
    IncidentResolved,
    ServiceArchived,
    ServiceChanged,
    ServiceRegistered,
)

DEPENDS_ON = "depends_on"
DEPLOYED = "deployed_to"
CONCERNS = "concerns"


def service(name: str) -> EntityRef:
    return EntityRef("operations.service", name)


def deployment(id: UUID) -> EntityRef:
    return EntityRef("operations.deployment", str(id))


def incident(id: UUID) -> EntityRef:
    return EntityRef("operations.incident", str(id))


def _described(event: ServiceRegistered | ServiceChanged) -> Upsert:
    attrs = {"owner": event.owner, "tier": event.tier, "lifecycle": event.lifecycle}
    return Upsert(service(event.service), event.title, attrs, aliases=(event.service,))


def registered(event: ServiceRegistered) -> Iterator[GraphChange]:
    yield _described(event)
    yield from _depend(event.service, event.depends_on)


def changed(event: ServiceChanged) -> Iterator[GraphChange]:
    yield _described(event)
    yield from _depend(event.service, set(event.depends_on) - set(event.was_depends_on))
    for name in sorted(set(event.was_depends_on) - set(event.depends_on)):
        yield Unrelate(service(event.service), DEPENDS_ON, service(name))


def archived(event: ServiceArchived) -> Iterator[GraphChange]:
    yield Retire(service(event.service))
    for name in event.depends_on:
        yield Unrelate(service(event.service), DEPENDS_ON, service(name))


def _depend(name: str, on: Iterable[str]) -> Iterator[GraphChange]:
    for other in sorted(on):
        yield Relate(service(name), DEPENDS_ON, service(other), spreads=True)


def recorded(event: DeploymentRecorded) -> Iterator[GraphChange]:
    yield replace(_deployed(event), at=event.happened_at)
    yield Relate(deployment(event.deployment), DEPLOYED, service(event.service), at=event.happened_at)


def moved(event: DeploymentEvent) -> Iterator[GraphChange]:
    yield _deployed(event)


def _deployed(event: DeploymentEvent) -> Upsert:
    attrs = {
        "status": event.status,
        "environment": event.environment,
        "author": event.author,
        "commit": event.commit,
    }
    title = f"{event.service} {event.release}"
    return Upsert(deployment(event.deployment), title, attrs, aliases=(event.release,))


def opened(event: IncidentOpened) -> Iterator[GraphChange]:
    yield from stepped(event)
    yield from _concern(incident(event.incident), event.services, event.deployments)


def stepped(event: IncidentEvent) -> Iterator[GraphChange]:
    attrs = {
        "severity": event.severity,
        "status": event.status,
        "owner": event.owner,
        "environment": event.environment,
    }
    yield Upsert(incident(event.incident), event.title, attrs)


def relinked(event: IncidentChanged) -> Iterator[GraphChange]:
    yield from stepped(event)
    ref = incident(event.incident)
    now = _linked(event.services, event.deployments)
    was = _linked(event.was_services, event.was_deployments)
    for other in now:
        if other not in was:
            yield Relate(ref, CONCERNS, other)
    for other in was:
        if other not in now:
            yield Unrelate(ref, CONCERNS, other)


def _concern(ref: EntityRef, services: Iterable[str], deployments: Iterable[UUID]) -> Iterator[GraphChange]:
    for other in _linked(services, deployments):
        yield Relate(ref, CONCERNS, other)


def _linked(services: Iterable[str], deployments: Iterable[UUID]) -> list[EntityRef]:
    return [service(name) for name in services] + [deployment(id) for id in deployments]


graph: Mapping[type[Event], Callable[[Any], Iterable[GraphChange]]] = {
    ServiceRegistered: registered,
    ServiceChanged: changed,
    ServiceArchived: archived,
    DeploymentRecorded: recorded,
    DeploymentStarted: moved,
    DeploymentFinished: moved,
    DeploymentPaused: moved,
    DeploymentRolledBack: moved,
    IncidentOpened: opened,
    IncidentAcknowledged: stepped,
    IncidentMitigated: stepped,
    IncidentResolved: stepped,
    IncidentChanged: relinked,
}
"""The meaning of each event for the graph."""
