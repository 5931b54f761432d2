"""HTTP shapes of services."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from companyos.kernel.http import Wire

from ..public.ports import Standing
from ..public.types import Health, Level, Lifecycle, Link, ServiceKind, Tier
from ..rules.health import budget_health
from .text import LongText, Name, Text, Url

Objective = Annotated[
    float,
    Field(
        strict=True,
        ge=0.5,
        le=1,
        description="Share of requests that must succeed over 30 days.",
        examples=[0.999],
    ),
]
LatencyMs = Annotated[
    int | None,
    Field(
        strict=True, ge=1, le=600_000, description="What the 95th percentile must stay under.", examples=[300]
    ),
]


class LinkOut(Wire):
    url: Url = Field(examples=["https://example.com/runbook"])
    title: Text = Field(examples=["Runbook"])


class ServiceChange(Wire):
    """What to change; a field that is left out stays as it is."""

    title: Text | None = Field(None, examples=["Payments API"])
    kind: ServiceKind | None = None
    description: LongText | None = None
    tier: Tier | None = None
    owner: Text | None = Field(None, examples=["payments"])
    lifecycle: Lifecycle | None = None
    objective: Objective | None = None
    latency_objective_ms: LatencyMs = None
    depends_on: list[Name] | None = Field(None, max_length=200)
    links: list[LinkOut] | None = Field(None, max_length=50)
    annotations: dict[Text, LongText] | None = Field(None, max_length=100)


class ServicePut(Wire):
    """Everything that is said of a service; a field that is left out gets its default."""

    title: Text = Field("", description="Empty: the name.", examples=["Payments API"])
    kind: ServiceKind = "component"
    description: LongText = Field("", examples=["Takes card payments."])
    tier: Tier = Field("t2", description="t0 is what everything else needs.")
    owner: Text = Field("", description="The team that answers for it.", examples=["payments"])
    lifecycle: Lifecycle = "production"
    objective: Objective = 0.999
    latency_objective_ms: LatencyMs = None
    depends_on: list[Name] = Field(default_factory=list, max_length=200, examples=[["ledger"]])
    links: list[LinkOut] = Field(default_factory=list, max_length=50)
    annotations: dict[Text, LongText] = Field(default_factory=dict, max_length=100)


class ServiceIn(ServicePut):
    """A service to make known."""

    name: Name


class ServiceOut(Wire):
    """A service and how it does. What telemetry does not know is null, and health is then "unknown"."""

    id: UUID
    name: str = Field(examples=["payments-api"])
    title: str = Field(examples=["Payments API"])
    kind: ServiceKind
    description: str
    tier: Tier
    owner: str = Field(examples=["payments"])
    lifecycle: Lifecycle
    health: Health
    objective: float = Field(examples=[0.999])
    latency_objective_ms: int | None = Field(examples=[300])
    availability: float | None = Field(description="Over the last 30 days.", examples=[0.99954])
    budget_left: float | None = Field(
        description="Share of the 30-day error budget; negative when overspent.", examples=[0.54]
    )
    budget_health: Health = Field(description="How the budget alone stands: bad is gone, warn is low.")
    rps: float | None = Field(description="Requests per second, now.", examples=[41.7])
    error_rate: float | None = Field(description="Share of requests that fail, now.", examples=[0.0004])
    p95_ms: float | None = Field(description="95th percentile of latency, now.", examples=[87.0])
    spark: list[float] = Field(description="Requests per minute, oldest first.", examples=[[40, 42, 39]])
    depends_on: list[str] = Field(examples=[["ledger"]])
    links: list[LinkOut]
    annotations: dict[str, str]
    demo: bool
    isolated_at: datetime | None = Field(
        description="Since when no version of it may go out; null when it may."
    )
    isolated_because: str
    version: int = Field(description="Counts changes; the ETag.", examples=[3])


class IsolationIn(Wire):
    """Confirm a preflight of isolating or releasing a service."""

    reason: Annotated[str, Field(min_length=3, max_length=1000, pattern=r"^[^\x00]*$")] = Field(
        description="Why, for the record.", examples=["Its credentials leaked."]
    )
    plan_hash: str = Field(pattern=r"^[0-9a-f]{64}$", description="`hash` of the preflight that was shown.")


class IsolationOut(Wire):
    """What was done: the service as it now is, and the evidence pack of the act."""

    service: ServiceOut
    evidence_id: UUID


class LogLevelIn(Wire):
    """What a service shall write into its logs."""

    level: Level | None = Field(description="The least severe entries; null is the service's own default.")
    reason: Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")] = Field(
        default="", description="Why, for the record.", examples=["Looking for the time-outs of payments."]
    )


class LogLevelOut(Wire):
    """What a service was told to write into its logs here, and whether it does."""

    service: str = Field(examples=["payments-api"])
    environment: str = Field(examples=["prod"])
    level: Level | None = Field(description="Null is the service's own default.")
    status: Literal["asked", "set", "failed"] | None = Field(
        description="Null when it was never told anything."
    )
    said: str = Field(default="", description="What came back.")
    actor: str | None = Field(default=None, description="Who told it.")
    at: datetime | None = None


class ServicesPage(Wire):
    """A page of services, worst first."""

    items: list[ServiceOut]
    next: str | None = Field(default=None, description="Cursor of the next page; null on the last page.")


class DependenciesOut(Wire):
    """What a service depends on and what depends on it, one step each way."""

    service: str
    depends_on: list[ServiceOut]
    unknown: list[str] = Field(description="Dependencies that are no services here.")
    dependents: list[ServiceOut]


class OwnerOut(Wire):
    owner: str = Field(examples=["payments"])
    services: int = Field(examples=[4])


class OwnersOut(Wire):
    items: list[OwnerOut]
    next: None = None


class CatalogIn(Wire):
    """A `catalog-info.yaml` as it is, with any number of documents."""

    text: str = Field(
        max_length=900_000,
        examples=[
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: payments-api\n"
            "spec:\n  type: service\n  lifecycle: production\n  owner: payments\n"
        ],
    )
    file: Text = Field("catalog-info.yaml", description="What to call the file in complaints.")


class CatalogOut(Wire):
    """Names of services by what the import did with them."""

    registered: list[str] = Field(examples=[["payments-api"]])
    changed: list[str]
    unchanged: list[str]
    left_out: list[str] = Field(examples=[["Group payments, line 14"]])


def service_out(view: Standing) -> ServiceOut:
    service, signals = view.service, view.signals
    values: dict[str, Any] = {
        name: getattr(service, name) for name in ServiceOut.model_fields if hasattr(service, name)
    }
    return ServiceOut(
        **values
        | {
            "links": [LinkOut(url=link.url, title=link.title) for link in service.links],
            "depends_on": list(service.depends_on),
            "annotations": dict(service.annotations),
            "health": view.health,
            "availability": signals.availability,
            "budget_left": view.budget_left,
            "budget_health": budget_health(view.budget_left),
            "rps": signals.rps,
            "error_rate": signals.error_rate,
            "p95_ms": signals.p95_ms,
            "spark": list(signals.spark),
        }
    )


def described(said: ServicePut | ServiceChange, name: str, *, partly: bool = False) -> dict[str, Any]:
    """The fields of a Service that a request gives. `partly` takes only those that were written."""
    values = said.model_dump(exclude_unset=partly, exclude={"name", "links"})
    if partly:
        nullable = {"latency_objective_ms"}
        values = {k: v for k, v in values.items() if v is not None or k in nullable}
    if "depends_on" in values:
        values["depends_on"] = tuple(sorted(set(values["depends_on"])))
    if said.links is not None and (not partly or "links" in said.model_fields_set):
        values["links"] = tuple(Link(link.url, link.title) for link in said.links)
    if "title" in values:
        values["title"] = values["title"] or name
    return values
