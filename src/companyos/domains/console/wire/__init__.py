"""HTTP shapes of the console."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from companyos.domains.operations.public.ports import Standing
from companyos.domains.operations.public.types import (
    Health,
    IncidentStatus,
    Lifecycle,
    Severity,
    Status,
    Tier,
)
from companyos.kernel.http import Wire

from ..service.overview import Overview

AN_ID = "019ac0de-0000-7000-8000-000000000003"


class ServiceCardOut(Wire):
    """A service and how it does; null means not known, never zero."""

    id: UUID = Field(examples=[AN_ID])
    name: str = Field(examples=["payments-api"])
    title: str = Field(examples=["Payments API"])
    tier: Tier
    owner: str = Field(examples=["payments"])
    lifecycle: Lifecycle
    demo: bool = Field(description="Made up for the demo.")
    health: Health
    objective: float = Field(
        description="Share of requests that must succeed over 30 days.", examples=[0.999]
    )
    availability: float | None = Field(description="Share that did succeed.", examples=[0.9995])
    budget_left: float | None = Field(
        description="Share of the error budget that is left; negative when overspent.", examples=[0.5]
    )
    rps: float | None = Field(description="Requests per second, last minutes.", examples=[12.5])
    error_rate: float | None = Field(examples=[0.002])
    p95_ms: float | None = Field(examples=[84.0])
    spark: list[float] = Field(description="Requests per minute, oldest first.", examples=[[700, 720, 750]])


class IncidentCardOut(Wire):
    """An incident that is not resolved."""

    id: UUID = Field(examples=[AN_ID])
    title: str = Field(examples=["Card payments fail in the EU"])
    severity: Severity
    status: IncidentStatus
    services: list[str] = Field(examples=[["payments-api"]])
    owner: str = Field(description="Empty: nobody yet.", examples=["payments"])
    opened_at: datetime
    demo: bool


class PackCardOut(Wire):
    """A signed pack about an act."""

    id: UUID = Field(examples=[AN_ID])
    action: str = Field(examples=["operations.deployment.rolled_back"])
    at: datetime


class DeploymentCardOut(Wire):
    """One version of a service going to the environment."""

    id: UUID = Field(examples=[AN_ID])
    service: str = Field(examples=["payments-api"])
    version: str = Field(examples=["1.4.2"])
    commit: str = Field(examples=["9907c1c"])
    status: Status
    author: str = Field(examples=["Jo Doe"])
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    evidence: list[PackCardOut]
    demo: bool


class ChangeOut(Wire):
    """One thing that changed."""

    at: datetime
    kind: str = Field(description="`appeared`, `changed` or `ended`.", examples=["changed"])
    title: str = Field(examples=["payments-api 1.4.2"])
    subject: str = Field(
        description="What changed, as domain.noun:id.", examples=["operations.service:payments-api"]
    )


class CountsOut(Wire):
    """Exact numbers, whatever the lists beside them hold."""

    services: int = Field(examples=[12])
    services_bad: int = Field(examples=[1])
    services_warn: int = Field(examples=[2])
    services_unknown: int = Field(examples=[0])
    incidents_active: int = Field(examples=[1])
    deployments: int = Field(description="Asked for in the range.", examples=[9])
    deployments_failed: int = Field(description="Of these, failed or rolled back.", examples=[1])
    changes: int = Field(
        description="In the range; a setting says up to how many are counted.", examples=[31]
    )


class OverviewOut(Wire):
    """The landing page."""

    since: datetime = Field(description="Start of the range.")
    services: list[ServiceCardOut] = Field(description="Worst first.")
    incidents: list[IncidentCardOut] = Field(description="Not resolved, worst first.")
    deployments: list[DeploymentCardOut] = Field(description="The last ones, newest first.")
    digest: list[ChangeOut] = Field(description="What changed in the range, newest first.")
    counts: CountsOut


class HitOut(Wire):
    """Something that was found: an entity, or an action that the person may do."""

    type: str = Field(
        description="`domain.noun`; `policy.action` for actions.", examples=["operations.service"]
    )
    id: str = Field(examples=["payments-api"])
    title: str = Field(examples=["Payments API"])
    subtitle: str | None = Field(examples=["payments · t1"])
    status: str | None = Field(description="State of the thing, when it has one.", examples=["production"])


class FoundOut(Wire):
    """A page of a search; the best come first."""

    items: list[HitOut]
    total: int = Field(description="Exactly how many were found that you may see.", examples=[1])
    next: str | None = Field(default=None, description="Cursor of the next page; null on the last page.")


class NewsOut(Wire):
    """A CloudEvent 1.0 without data: that something changed, not what. Ask the API, which decides what you may see."""

    specversion: Literal["1.0"]
    id: str = Field(description="Id of the event.", examples=[AN_ID])
    source: str = Field(examples=["/companyos/019ac0de-0000-7000-8000-000000000004/prod"])
    type: str = Field(examples=["companyos.operations.deployment.finished.v1"])
    subject: str = Field(description="Id of what changed.", examples=[AN_ID])
    time: datetime


def overview_out(one: Overview) -> OverviewOut:
    return OverviewOut(
        since=one.since,
        services=[_card(standing) for standing in one.services],
        incidents=[IncidentCardOut.model_validate(incident) for incident in one.incidents],
        deployments=[DeploymentCardOut.model_validate(deployment) for deployment in one.deployments],
        digest=[ChangeOut.model_validate(change) for change in one.digest],
        counts=CountsOut(**one.counts),
    )


def _card(standing: Standing) -> ServiceCardOut:
    service, signals = standing.service, standing.signals
    return ServiceCardOut(
        id=service.id,
        name=service.name,
        title=service.title,
        tier=service.tier,
        owner=service.owner,
        lifecycle=service.lifecycle,
        demo=service.demo,
        health=standing.health,
        objective=service.objective,
        availability=signals.availability,
        budget_left=standing.budget_left,
        rps=signals.rps,
        error_rate=signals.error_rate,
        p95_ms=signals.p95_ms,
        spark=list(signals.spark),
    )


class TotalsOut(Wire):
    """How much there is."""

    services: int = Field(examples=[12])
    incidents_active: int = Field(examples=[1])
    deployments: int = Field(examples=[40])


class TenantTotalsOut(Wire):
    """How much one tenant has."""

    slug: str = Field(examples=["acme"])
    name: str = Field(examples=["Acme Bank"])
    region: str = Field(examples=["eu-central"])
    totals: TotalsOut
    ends_at: datetime | None = Field(description="When the span to it ends; null for the own tenant.")


class AcrossTenantsOut(Wire):
    """The own tenant and every spanned one."""

    since: datetime
    tenants: list[TenantTotalsOut]
    totals: TotalsOut = Field(description="The sum of the tenants shown.")
    regions: dict[str, int] = Field(description="How many tenants are in each region.", examples=[{"eu": 2}])
