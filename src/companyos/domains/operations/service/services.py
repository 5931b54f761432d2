"""What can be done with services."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from companyos.kernel.decision import Decision
from companyos.kernel.http import check_version
from companyos.kernel.ids import new_id
from companyos.kernel.problems import Conflict
from companyos.kernel.work import Work

from ..public.events import ServiceArchived, ServiceChanged, ServiceRegistered
from ..public.ports import ServiceSignals, Signals, Standing
from ..public.types import Service
from ..rules import health as rules
from ..store import Services


async def list_services(work: Work, *, q: str = "", owner: str = "", health: str = "") -> list[Standing]:
    """The tenant's services, worst first; `q` is part of a name or title."""
    await work.permit("operations:service.list", on=work.tenancy)
    found = await views(work, await Services(work).all(q=q, owner=owner))
    if health:
        found = [one for one in found if one.health == health]
    return sorted(found, key=lambda one: (rules.rank(one.health), one.service.name))


async def get_service(work: Work, name: str) -> Standing:
    """One service. Raises NotFound."""
    service = await Services(work).named(name, seen=True)
    await work.permit("operations:service.read", on=service)
    return (await views(work, [service]))[0]


async def owners(work: Work) -> list[tuple[str, int]]:
    """Every owner and how many services it has."""
    await work.permit("operations:service.list", on=work.tenancy)
    return await Services(work).owners()


async def dependencies(work: Work, name: str) -> tuple[Service, list[Standing], list[str], list[Standing]]:
    """A service, what it depends on, names it depends on that are no services, and what depends on it."""
    service = await Services(work).named(name, seen=True)
    await work.permit("operations:service.read", on=service)
    everything = {one.name: one for one in await Services(work).all()}
    down = await views(work, [everything[n] for n in service.depends_on if n in everything])
    unknown = [n for n in service.depends_on if n not in everything]
    up = await views(work, await Services(work).dependents(name))
    return service, down, unknown, up


async def views(work: Work, services: list[Service]) -> list[Standing]:
    """Services with their signals, asked for in one question."""
    heard = await work.ask(ServiceSignals).of([s.name for s in services])
    return [_view(service, heard.get(service.name)) for service in services]


def _view(service: Service, signals: Signals | None) -> Standing:
    left = rules.budget_left(service.objective, signals.availability if signals else None)
    state = rules.health(service.objective, service.latency_objective_ms, signals)
    return Standing(service, signals or Signals(), state, left)


async def register(work: Work, described: Mapping[str, Any], *, demo: bool = False) -> Service:
    """Make a service known. Raises Conflict when the name is taken."""
    decision = await work.permit("operations:service.register", on=work.tenancy)
    service = Service(id=new_id(), demo=demo, **described)
    if not await Services(work).add(service):
        raise Conflict(f"There is a service called {service.name} already; change that one instead.")
    await registered(work, service, decision)
    return service


async def change(work: Work, name: str, described: Mapping[str, Any], *, if_match: str | None) -> Service:
    """Change what is said of a service; `described` holds only the fields to change."""
    service = await Services(work).named(name, lock=True)
    decision = await work.permit("operations:service.change", on=service)
    check_version(if_match, service.version)
    return await put(work, service, replace(service, **described), decision)


async def archive(work: Work, name: str, *, if_match: str | None) -> None:
    """Take a service out of the catalogue; its deployments and incidents stay."""
    service = await Services(work).named(name, lock=True)
    decision = await work.permit("operations:service.archive", on=service)
    check_version(if_match, service.version)
    await Services(work).put(replace(service, archived_at=work.now))
    await work.record("operations.service.archived", service.ref, decision=decision)
    work.emit(ServiceArchived(service=service.name, depends_on=service.depends_on))


async def put(work: Work, was: Service, now: Service, decision: Decision) -> Service:
    """Keep, record and emit a change; nothing happens when nothing changed."""
    fields = {f: getattr(now, f) for f in _DESCRIBED if getattr(now, f) != getattr(was, f)}
    if not fields:
        return was
    kept = await Services(work).put(now)
    await work.record(
        "operations.service.changed",
        kept.ref,
        decision=decision,
        changed=sorted(fields),
        version=kept.version,
    )
    work.emit(
        ServiceChanged(
            service=kept.name,
            title=kept.title,
            owner=kept.owner,
            tier=kept.tier,
            lifecycle=kept.lifecycle,
            depends_on=kept.depends_on,
            was_depends_on=was.depends_on,
        )
    )
    return kept


async def registered(work: Work, service: Service, decision: Decision) -> None:
    """Record and emit that a service is known."""
    await work.record(
        "operations.service.registered",
        service.ref,
        decision=decision,
        owner=service.owner,
        tier=service.tier,
    )
    work.emit(
        ServiceRegistered(
            service=service.name,
            title=service.title,
            owner=service.owner,
            tier=service.tier,
            lifecycle=service.lifecycle,
            depends_on=service.depends_on,
        )
    )


_DESCRIBED = (
    "title", "kind", "description", "tier", "owner", "lifecycle", "objective", "latency_objective_ms",
    "depends_on", "links", "annotations",
)  # fmt: skip
