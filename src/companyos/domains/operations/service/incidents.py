"""What can be done with incidents. Every step is one line of the timeline."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from companyos.kernel.http import check_version
from companyos.kernel.ids import new_id
from companyos.kernel.problems import Conflict, Invalid, NotFound
from companyos.kernel.work import Work

from ..public.events import (
    IncidentAcknowledged,
    IncidentChanged,
    IncidentEvent,
    IncidentMitigated,
    IncidentNoted,
    IncidentOpened,
    IncidentResolved,
)
from ..public.types import Entry, EntryKind, Incident
from ..rules.incidents import refusal
from ..store import Deployments, Incidents, Services

Step = Literal["acknowledged", "mitigated", "resolved"]

_STEPS: Mapping[Step, tuple[str, type[IncidentEvent]]] = {
    "acknowledged": ("acknowledge", IncidentAcknowledged),
    "mitigated": ("mitigate", IncidentMitigated),
    "resolved": ("resolve", IncidentResolved),
}


@dataclass(frozen=True, slots=True)
class Told:
    """An incident with its timeline, oldest first."""

    incident: Incident
    timeline: tuple[Entry, ...]


async def list_incidents(
    work: Work,
    *,
    status: str,
    service: str,
    active: bool | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Incident]:
    """Incidents of the Work's environment, newest first; `active` ones are not resolved."""
    await work.permit("operations:incident.list", on=work.tenancy)
    return await Incidents(work).page(status=status, service=service, active=active, after=after, limit=limit)


async def get_incident(work: Work, id: UUID) -> Told:
    """One incident with its timeline. Raises NotFound."""
    incident = await Incidents(work).get(id, seen=True)
    await work.permit("operations:incident.read", on=incident)
    return await _told(work, incident)


async def open_incident(
    work: Work, said: Mapping[str, Any], *, text: str, demo: bool = False, id: UUID | None = None
) -> Told:
    """Say that something is wrong. Raises Invalid for services and deployments that are not there."""
    decision = await work.permit("operations:incident.open", on=work.tenancy)
    incident = Incident(
        id=id or new_id(), status="open", environment=work.environment, opened_at=work.now, demo=demo, **said
    )
    await _check_links(work, incident)
    await Incidents(work).add(incident)
    await _write(work, incident, "opened", text)
    await work.record(
        "operations.incident.opened",
        incident.ref,
        decision=decision,
        title=incident.title,
        severity=incident.severity,
    )
    work.emit(
        IncidentOpened(**_about(incident), services=incident.services, deployments=incident.deployments)
    )
    return await _told(work, incident)


async def step(work: Work, id: UUID, to: Step, *, text: str) -> Told:
    """Acknowledge, mitigate or resolve. Whoever acknowledges an incident without an owner owns it."""
    verb, news = _STEPS[to]
    was = await Incidents(work).get(id, lock=True)
    decision = await work.permit(f"operations:incident.{verb}", on=was)
    no = refusal(was.status, to)
    if no:
        raise Conflict(no)
    owner = was.owner or (work.actor.name if to == "acknowledged" else "")
    changed = replace(was, status=to, owner=owner)
    if to == "acknowledged":
        changed = replace(changed, acknowledged_at=work.now)
    elif to == "mitigated":
        changed = replace(changed, mitigated_at=work.now)
    else:
        changed = replace(changed, resolved_at=work.now)
    kept = await Incidents(work).put(changed)
    await _write(work, kept, to, text)
    await work.record(f"operations.incident.{to}", kept.ref, decision=decision, title=kept.title)
    work.emit(news(**_about(kept)))
    return await _told(work, kept)


async def change(work: Work, id: UUID, said: Mapping[str, Any], *, if_match: str | None) -> Told:
    """Change title, severity, owner or what is linked; the timeline says what changed."""
    was = await Incidents(work).get(id, lock=True)
    decision = await work.permit("operations:incident.change", on=was)
    check_version(if_match, was.version)
    now = replace(was, **said)
    changed = [name for name in said if getattr(now, name) != getattr(was, name)]
    if not changed:
        return await _told(work, was)
    await _check_links(work, now)
    kept = await Incidents(work).put(now)
    await _write(work, kept, "changed", _difference(was, kept, changed))
    await work.record("operations.incident.changed", kept.ref, decision=decision, changed=changed)
    work.emit(
        IncidentChanged(
            **_about(kept),
            services=kept.services,
            deployments=kept.deployments,
            was_services=was.services,
            was_deployments=was.deployments,
        )
    )
    return await _told(work, kept)


async def note(work: Work, id: UUID, text: str) -> Entry:
    """Write into the timeline, in any state: the story of a resolved incident may still be told."""
    incident = await Incidents(work).get(id)
    decision = await work.permit("operations:incident.note", on=incident)
    entry = await _write(work, incident, "noted", text)
    await work.record("operations.incident.noted", incident.ref, decision=decision, entry=str(entry.id))
    work.emit(IncidentNoted(incident=incident.id, entry=entry.id))
    return entry


def _about(incident: Incident) -> dict[str, Any]:
    """The fields of an IncidentEvent."""
    return {
        "incident": incident.id,
        "title": incident.title,
        "severity": incident.severity,
        "status": incident.status,
        "owner": incident.owner,
        "environment": incident.environment,
    }


async def _told(work: Work, incident: Incident) -> Told:
    return Told(incident, tuple(await Incidents(work).timeline(incident.id)))


async def _write(work: Work, incident: Incident, kind: EntryKind, text: str) -> Entry:
    entry = Entry(new_id(), work.now, work.actor.name, kind, text)
    await Incidents(work).write(incident.id, entry)
    return entry


async def _check_links(work: Work, incident: Incident) -> None:
    known = await Services(work).known(incident.services)
    for i, name in enumerate(incident.services):
        if name not in known:
            raise Invalid.at(f"/services/{i}", f"There is no service called {name}.")
    for i, id in enumerate(incident.deployments):
        try:
            await Deployments(work).get(id)
        except NotFound:
            raise Invalid.at(
                f"/deployments/{i}", f"There is no deployment {id} in {work.environment}."
            ) from None


def _difference(was: Incident, now: Incident, changed: list[str]) -> str:
    def words(value: Any) -> str:
        return (", ".join(map(str, value)) if isinstance(value, tuple) else str(value)) or "nothing"

    return "; ".join(f"{n}: {words(getattr(was, n))} → {words(getattr(now, n))}" for n in changed)
