"""The nouns of operations, as other domains may see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from companyos.kernel.entities import EntityRef, Resource

Tier = Literal["t0", "t1", "t2", "t3"]
"""How much hangs on a service; t0 is what everything else needs."""

Lifecycle = Literal["experimental", "production", "deprecated"]
ServiceKind = Literal["component", "api", "resource"]
Health = Literal["ok", "warn", "bad", "unknown"]
Status = Literal["queued", "running", "paused", "succeeded", "failed", "rolled_back"]
Source = Literal["api", "hook", "git", "verb"]
"""Who told us of a deployment: the API, a CI hook, a git history, or a risky verb of our own."""

Verb = Literal["pause", "roll_back", "redeploy"]
Level = Literal["debug", "info", "warning", "error"]
"""The least severe log entries that a service writes."""

Severity = Literal["sev1", "sev2", "sev3", "sev4"]
IncidentStatus = Literal["open", "acknowledged", "mitigated", "resolved"]
EntryKind = Literal["opened", "acknowledged", "mitigated", "resolved", "noted", "changed"]


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere worth reading about a service: a runbook, a dashboard, the source."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Service:
    """Something that runs and that someone owns.

    `name` is unique among the tenant's services that are not archived. `objective` is the share of requests
    that must succeed over 30 days (0.999), `latency_objective_ms` what the 95th percentile must stay under.
    While it is isolated, policy lets no new version of it out. `version` counts changes.
    """

    id: UUID
    name: str
    title: str
    kind: ServiceKind = "component"
    description: str = ""
    tier: Tier = "t2"
    owner: str = ""
    lifecycle: Lifecycle = "production"
    objective: float = 0.999
    latency_objective_ms: int | None = None
    depends_on: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=dict)
    demo: bool = False
    archived_at: datetime | None = None
    isolated_at: datetime | None = None
    isolated_because: str = ""
    version: int = 1

    @property
    def isolated(self) -> bool:
        return self.isolated_at is not None

    @property
    def ref(self) -> EntityRef:
        return EntityRef("operations.service", self.name)

    @property
    def resource(self) -> Resource:
        said = {"owner": self.owner, "tier": self.tier, "lifecycle": self.lifecycle}
        return Resource(self.ref, {**said, "isolated": self.isolated})


@dataclass(frozen=True, slots=True)
class Diff:
    """How much a deployment changed: files touched, lines added and removed."""

    files: int = 0
    insertions: int = 0
    deletions: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """An evidence pack about a deployment, and the act that it proves."""

    id: UUID
    action: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Deployment:
    """One version of a service going to one environment.

    `replaces` is the deployment that a roll-back or redeployment came from; `external_id` is the name that
    the reporting system knows it by; `isolated` says that its service is; `revision` counts changes of this row.
    """

    id: UUID
    service: str
    version: str
    environment: str
    status: Status
    queued_at: datetime
    commit: str = ""
    author: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    diff: Diff = field(default_factory=Diff)
    log_excerpt: str = ""
    source: Source = "api"
    replaces: UUID | None = None
    external_id: str | None = None
    evidence: tuple[Proof, ...] = ()
    demo: bool = False
    isolated: bool = False
    revision: int = 1

    @property
    def ref(self) -> EntityRef:
        return EntityRef("operations.deployment", str(self.id))

    @property
    def resource(self) -> Resource:
        return Resource(
            self.ref,
            {"status": self.status, "isolated": self.isolated},
            parents=(EntityRef("operations.service", self.service),),
        )


@dataclass(frozen=True, slots=True)
class LogLevel:
    """What a service was told to write into its logs in an environment; `level` None is its own default.

    `order` is the command that told it, `said` what came back; `version` rises with each of both, from 1.
    """

    service: str
    environment: str
    order: UUID
    level: Level | None
    status: Literal["asked", "set", "failed"]
    actor: str
    at: datetime
    said: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Hook:
    """A door for a CI system: reports signed with its secret become deployments in `environment`."""

    id: UUID
    name: str
    environment: str
    key_id: str
    created_at: datetime
    revoked_at: datetime | None = None

    @property
    def ref(self) -> EntityRef:
        return EntityRef("operations.hook", str(self.id))

    @property
    def resource(self) -> Resource:
        return Resource(self.ref, {"name": self.name})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an incident's timeline."""

    id: UUID
    at: datetime
    actor: str
    kind: EntryKind
    text: str


@dataclass(frozen=True, slots=True)
class Incident:
    """Something is wrong and someone must look. `services` are names, `deployments` ids; `version` counts changes."""

    id: UUID
    title: str
    severity: Severity
    status: IncidentStatus
    environment: str
    opened_at: datetime
    owner: str = ""
    services: tuple[str, ...] = ()
    deployments: tuple[UUID, ...] = ()
    acknowledged_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    demo: bool = False
    version: int = 1

    @property
    def ref(self) -> EntityRef:
        return EntityRef("operations.incident", str(self.id))

    @property
    def resource(self) -> Resource:
        return Resource(self.ref, {"severity": self.severity, "status": self.status, "owner": self.owner})
