"""What operations asks of others, and what others may ask of operations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from .types import Deployment, Health, Incident, Service, Status, Verb


@dataclass(frozen=True, slots=True)
class Order:
    """A command to the system that deploys. `id` is its idempotency key: the same id is the same command.

    `deployment` is the deployment that the command carries out: the new one of a roll-back or redeployment,
    the held one of a pause. `set_log_level` has none of the three; it has the `level`, empty for the service's own.
    """

    id: UUID
    verb: Verb | Literal["set_log_level"]
    tenant: UUID
    environment: str
    service: str
    version: str
    deployment: UUID | None
    commit: str
    reason: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the deployer made of an order.

    "running" means accepted and under way: the end is reported later through a CI hook with the deployment's
    id. `log` is a few lines for people.
    """

    status: Literal["running", "paused", "succeeded", "failed"]
    log: str = ""


class DeployerUnreachable(Exception):
    """The deployer did not take the order, and may yet: ask again with the same order."""


class Deployer(Protocol):
    """The system that deploys, whatever it is."""

    async def carry_out(self, order: Order) -> Answer:
        """Hand the order over, exactly once from the deployer's point of view. Raises DeployerUnreachable."""
        ...


@dataclass(frozen=True, slots=True)
class Signals:
    """How a service does. None means not known, never zero.

    `availability` is the share of requests of the last 30 days that did not fail; `rps`, `error_rate` and
    `p95_ms` are of the last minutes; `spark` is requests per minute, oldest first.
    """

    availability: float | None = None
    rps: float | None = None
    error_rate: float | None = None
    p95_ms: float | None = None
    spark: tuple[float, ...] = ()


class ServiceSignals(Protocol):
    """Signals of services, by name. Answered from telemetry; a service that sent nothing is absent."""

    async def of(self, names: Sequence[str]) -> dict[str, Signals]: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """A service and how it does: `budget_left` is 1 untouched, 0 used up, negative overspent, None not known."""

    service: Service
    signals: Signals
    health: Health
    budget_left: float | None


class Services(Protocol):
    """The catalogue, for other domains. Filtered to what the Work's actor may read."""

    async def named(self, name: str) -> Service:
        """One service. Raises NotFound."""
        ...

    async def all(self) -> list[Service]:
        """Every service that is not archived, by name."""
        ...

    async def standings(self) -> list[Standing]:
        """Every service that is not archived with how it does, worst first."""
        ...


class Deployments(Protocol):
    """Deployments to the Work's environment, for other domains."""

    async def latest(self, limit: int) -> list[Deployment]:
        """The last ones that were asked for, newest first."""
        ...

    async def tally(self, since: datetime) -> dict[Status, int]:
        """How many were asked for since then, by where they stand now; absent is none."""
        ...


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is: services that are not archived, and of the Work's environment the rest."""

    services: int
    incidents_active: int
    deployments: int


class Tallies(Protocol):
    """The totals of the Work's tenant, for whoever may see no more than these."""

    async def totals(self, since: datetime) -> Totals:
        """Everything counts, whatever of it the actor could see; deployments are those since then."""
        ...


class Incidents(Protocol):
    """Incidents of the Work's environment, for other domains."""

    async def active(self) -> list[Incident]:
        """Every one that is not resolved, worst and then newest first."""
        ...
