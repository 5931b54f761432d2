"""The landing page in one answer."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from companyos.domains.operations.public.ports import Deployments, Incidents, Services, Standing
from companyos.domains.operations.public.types import Deployment, Incident
from companyos.kernel.work import Work

from ..rules import read_range
from ..settings import ConsoleSettings
from .digest import Change, changes


@dataclass(frozen=True, slots=True)
class Overview:
    """What stands, what is wrong, what was deployed and what changed since a time. `counts` are exact."""

    since: datetime
    services: list[Standing]
    incidents: list[Incident]
    deployments: list[Deployment]
    digest: list[Change]
    counts: dict[str, int]


async def overview(work: Work, range: str) -> Overview:
    """The Work's environment at a glance; deployments are counted and changes told over `range` ("now-24h")."""
    settings = work.settings(ConsoleSettings)
    since = work.now - read_range(range, timedelta(days=settings.overview_days))
    await work.permit("console:overview.read", on=work.tenancy)
    services = await work.ask(Services).standings()
    incidents = await work.ask(Incidents).active()
    deployments = work.ask(Deployments)
    tally = await deployments.tally(since)
    health = Counter(standing.health for standing in services)
    digest, changed = await changes(work, since, settings.overview_changes)
    return Overview(
        since=since,
        services=services,
        incidents=incidents,
        deployments=await deployments.latest(settings.overview_deployments),
        digest=digest,
        counts={
            "services": len(services),
            "services_bad": health["bad"],
            "services_warn": health["warn"],
            "services_unknown": health["unknown"],
            "incidents_active": len(incidents),
            "deployments": sum(tally.values()),
            "deployments_failed": tally.get("failed", 0) + tally.get("rolled_back", 0),
            "changes": changed,
        },
    )
