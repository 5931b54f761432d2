"""What can be done with deployments, apart from the risky verbs (see `orders`)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from companyos.kernel.ids import new_id
from companyos.kernel.problems import Conflict, Invalid
from companyos.kernel.work import Work

from ..public.events import DeploymentFinished, DeploymentRecorded, DeploymentStarted
from ..public.types import Deployment, Diff, Source, Status
from ..rules.deployments import OPEN, may_follow
from ..settings import OperationsSettings
from ..store import Deployments, Services

CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead the clock of a reporter may be."""


@dataclass(frozen=True, slots=True)
class Report:
    """What someone says of a deployment. `external_id` lets a later report continue this one."""

    service: str
    version: str
    status: Status = "succeeded"
    commit: str = ""
    author: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    diff: Diff = field(default_factory=Diff)
    log_excerpt: str = ""
    external_id: str | None = None


async def list_deployments(
    work: Work, *, service: str, status: str, after: tuple[datetime, UUID] | None, limit: int
) -> list[Deployment]:
    """Deployments to the Work's environment, newest first."""
    await work.permit("operations:deployment.list", on=work.tenancy)
    return await Deployments(work).page(service=service, status=status, after=after, limit=limit)


async def get_deployment(work: Work, id: UUID) -> Deployment:
    """One deployment. Raises NotFound."""
    deployment = await Deployments(work).get(id, seen=True)
    await work.permit("operations:deployment.read", on=deployment)
    return deployment


async def record(
    work: Work, report: Report, *, source: Source, id: UUID | None = None
) -> tuple[Deployment, bool]:
    """Take a report in. Returns the deployment and whether it is new; a known `external_id` continues it.

    Raises Invalid for an unknown service or times that cannot be, Conflict for a step back in its life.
    """
    decision = await work.permit("operations:deployment.record", on=work.tenancy)
    if not await Services(work).known([report.service]):
        raise Invalid.at(
            "/service", f"There is no service called {report.service}.", "Register the service first."
        )
    if report.started_at and report.finished_at and report.finished_at < report.started_at:
        raise Invalid.at("/finished_at", "The deployment would have finished before it started.")
    for name in ("started_at", "finished_at"):
        at = getattr(report, name)
        if at and at > work.now + CLOCK_SKEW:
            raise Invalid.at(f"/{name}", f"{at.isoformat()} is in the future; check the reporter's clock.")
    store = Deployments(work)
    known = await store.external(report.service, report.external_id) if report.external_id else None
    if known:
        return await move(work, known, report.status, log=report.log_excerpt, at=report.finished_at), False
    if report.status in OPEN:  # what has happened may be told; what is to happen must be allowed
        await work.permit("operations:service.deploy", on=await Services(work).named(report.service))
    deployment = _new(work, report, source, id or new_id())
    if not await store.add([deployment]):
        raise Conflict("The same deployment was reported at the same moment; report it again.")
    await work.record(
        "operations.deployment.recorded",
        deployment.ref,
        decision=decision,
        service=deployment.service,
        version=deployment.version,
        status=deployment.status,
        source=source,
    )
    work.emit(recorded(deployment))
    return deployment, True


async def move(
    work: Work, was: Deployment, status: Status, *, log: str = "", at: datetime | None = None
) -> Deployment:
    """Take a deployment to another state, told by whoever carries it out. Saying the same again is no error."""
    if was.status == status:
        return was
    if not may_follow(was.status, status):
        raise Conflict(f"The deployment is {was.status}; it cannot become {status}.")
    over = status in ("succeeded", "failed")
    now = replace(
        was,
        status=status,
        started_at=was.started_at or work.now,
        finished_at=(at or work.now) if over else was.finished_at,
        log_excerpt=log or was.log_excerpt,
    )
    kept = await Deployments(work).put(now)
    await work.record(
        "operations.deployment.finished" if over else "operations.deployment.started",
        kept.ref,
        outcome="failed" if status == "failed" else "done",
        status=status,
        service=kept.service,
        version=kept.version,
    )
    if over:
        work.emit(DeploymentFinished(**about(kept)))
    elif status == "running":
        work.emit(DeploymentStarted(**about(kept)))
    return kept


@dataclass(frozen=True, slots=True)
class History:
    """What an import of past deployments did."""

    recorded: int
    known: int
    unknown_services: tuple[str, ...]


async def import_history(work: Work, reports: Sequence[Report], *, demo: bool = False) -> History:
    """Take past deployments in, once per service and commit, however often they are sent."""
    decision = await work.permit("operations:deployment.import", on=work.tenancy)
    most = work.settings(OperationsSettings).import_batch
    if len(reports) > most:
        raise Invalid.at(
            "/items", f"{len(reports)} deployments at once; at most {most}.", "Send several requests."
        )
    services = await Services(work).known(sorted({r.service for r in reports}))
    unknown = sorted({r.service for r in reports} - services)
    fresh = [
        replace(_new(work, _past(work, r), "git", new_id()), demo=demo)
        for r in reports
        if r.service in services
    ]
    added = await Deployments(work).add(fresh)
    if added:
        await work.record(
            "operations.deployment.imported",
            work.tenancy.ref,
            decision=decision,
            recorded=len(added),
            services=sorted({d.service for d in fresh if d.id in added}),
        )
    for deployment in fresh:
        if deployment.id in added:
            work.emit(recorded(deployment))
    return History(len(added), len(fresh) - len(added), tuple(unknown))


def _past(work: Work, report: Report) -> Report:
    """Commits of a clock that runs ahead count as made now, lest they hide every later deployment."""
    if report.started_at is None or report.started_at <= work.now:
        return report
    return replace(report, started_at=work.now, finished_at=work.now)


def recorded(deployment: Deployment) -> DeploymentRecorded:
    """The news of a deployment that was not known before."""
    return DeploymentRecorded(**about(deployment), source=deployment.source, happened_at=deployment.queued_at)


def about(deployment: Deployment) -> dict[str, Any]:
    """The fields of a DeploymentEvent."""
    return {
        "deployment": deployment.id,
        "service": deployment.service,
        "release": deployment.version,
        "environment": deployment.environment,
        "status": deployment.status,
        "author": deployment.author,
        "commit": deployment.commit,
    }


def _new(work: Work, report: Report, source: Source, id: UUID) -> Deployment:
    started = report.started_at or (None if report.status == "queued" else report.finished_at or work.now)
    over = report.status in ("succeeded", "failed")
    return Deployment(
        id=id,
        service=report.service,
        version=report.version,
        environment=work.environment,
        status=report.status,
        queued_at=started or work.now,
        commit=report.commit,
        author=report.author,
        started_at=started,
        finished_at=(report.finished_at or started or work.now) if over else None,
        diff=report.diff,
        log_excerpt=report.log_excerpt,
        source=source,
        external_id=report.external_id,
    )
