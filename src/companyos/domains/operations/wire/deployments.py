"""HTTP shapes of deployments and of the verbs on them."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from companyos.kernel.http import Wire
from companyos.kernel.wire import DecisionOut

from ..public.types import Deployment, Diff, Hook, Source, Status, Verb
from ..service.deployments import Report
from ..service.orders import EVIDENCE, Preflight
from .text import PLAIN, LongText, Name, Text, When

Version = Annotated[str, Field(min_length=1, max_length=128, pattern=PLAIN, examples=["1.4.2"])]
Commit = Annotated[str, Field(max_length=64, pattern=r"^[0-9a-f]*$", examples=["9907c1c"])]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]


class DiffWire(Wire):
    """How much changed."""

    files: Count = Field(0, examples=[7])
    insertions: Count = Field(0, examples=[120])
    deletions: Count = Field(0, examples=[31])


class DeploymentIn(Wire):
    """A report of a deployment to the environment of the caller's session."""

    service: Name
    version: Version
    status: Status = Field(
        "succeeded", description="Where it stands now; a later report may go on from there."
    )
    commit: Commit = ""
    author: Text = Field("", examples=["Jo Doe"])
    started_at: When | None = None
    finished_at: When | None = None
    diff: DiffWire = Field(default_factory=DiffWire)
    log_excerpt: LongText = Field("", examples=["Release 1.4.2\n 7 files changed"])
    external_id: Text | None = Field(
        None,
        min_length=1,
        description="The reporter's own name for it; the same name again continues the same deployment.",
        examples=["build-4711"],
    )


class EvidenceOut(Wire):
    """A signed pack about an act on this deployment."""

    id: UUID
    action: str = Field(examples=["operations.deployment.rolled_back"])
    at: AwareDatetime


class DeploymentOut(Wire):
    """One version of a service going to one environment."""

    id: UUID
    service: str = Field(examples=["payments-api"])
    version: str = Field(examples=["1.4.2"])
    commit: str = Field(examples=["9907c1c"])
    status: Status
    environment: str = Field(examples=["prod"])
    author: str = Field(examples=["Jo Doe"])
    queued_at: AwareDatetime
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    diff: DiffWire
    log_excerpt: str = Field(examples=["Release 1.4.2\n 7 files changed"])
    source: Source
    replaces: UUID | None = Field(description="The deployment that a roll-back or redeployment came from.")
    external_id: str | None
    evidence: list[EvidenceOut] = Field(description="Signed packs about what was done to it.")
    demo: bool
    revision: int = Field(description="Counts changes; the ETag.", examples=[1])


class DeploymentsPage(Wire):
    """A page of deployments, newest first."""

    items: list[DeploymentOut]
    next: str | None = Field(default=None, description="Cursor of the next page; null on the last page.")


class PastDeployment(Wire):
    """A deployment of the past, as a version control system knows it."""

    service: Name
    version: Version
    commit: Annotated[str, Field(min_length=7, max_length=64, pattern=r"^[0-9a-f]+$", examples=["9907c1c"])]
    author: Text = ""
    at: When
    diff: DiffWire = Field(default_factory=DiffWire)
    log_excerpt: LongText = ""


class HistoryIn(Wire):
    """Past deployments; each counts once per service and commit, however often it is sent."""

    items: list[PastDeployment] = Field(max_length=5000)


class HistoryOut(Wire):
    """What the import did."""

    recorded: int = Field(examples=[42])
    known: int = Field(description="Had been imported before.", examples=[3])
    unknown_services: list[str] = Field(description="Left out: register these first.", examples=[["ledger"]])


class ReachOut(Wire):
    """Something that trouble could reach, and the way there."""

    type: str = Field(examples=["operations.service"])
    id: str = Field(examples=["checkout"])
    title: str = Field(examples=["Checkout"])
    distance: int = Field(examples=[2])
    path: list[str] = Field(description="References from the nearest to this one.")


class PreflightOut(Wire):
    """What a verb would do. Confirm by sending `plan_hash` back."""

    verb: Verb
    effects: list[str]
    from_version: str = Field(examples=["1.4.2"])
    target_version: str = Field(examples=["1.4.1"])
    blast_radius: list[ReachOut]
    blast_radius_more: bool = Field(description="There are more than are listed.")
    evidence: list[str] = Field(description="Files of the evidence pack that the act will leave.")
    decision: DecisionOut = Field(
        description="What policy says to the verb now; the remedy says so when a fresh second factor would turn it."
    )
    plan_hash: str = Field(description="SHA-256 of the canonical plan (RFC 8785).", examples=["9f86d081…"])


class OrderIn(Wire):
    """A confirmed verb."""

    reason: str = Field(
        min_length=3,
        max_length=500,
        pattern=PLAIN,
        description="Why, for the record.",
        examples=["Errors since 1.4.2"],
    )
    plan_hash: str = Field(
        pattern=r"^[0-9a-f]{64}$",
        description="From the preflight.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )


class ReceiptOut(Wire):
    """An order that was given: the deployment that carries it, and where it is written."""

    deployment: DeploymentOut
    evidence_id: UUID
    record_id: UUID


class HookIn(Wire):
    """A hook for the environment of the caller's session."""

    name: Text = Field(min_length=1, examples=["ci"])


class HookOut(Wire):
    """A door for a CI system."""

    id: UUID
    name: str = Field(examples=["ci"])
    environment: str = Field(examples=["prod"])
    address: str = Field(description="Value of the header `companyos-hook`.")
    created_at: AwareDatetime
    revoked_at: AwareDatetime | None


class NewHookOut(HookOut):
    """A new hook with its secret, which is shown only now."""

    secret: str = Field(examples=["whsec_…"])


class HooksOut(Wire):
    items: list[HookOut]
    next: None = None


def deployment_out(one: Deployment) -> DeploymentOut:
    return DeploymentOut.model_validate(one)


def report(said: DeploymentIn) -> Report:
    values = said.model_dump(exclude={"diff"})
    return Report(**values, diff=Diff(**said.diff.model_dump()))


def past(said: PastDeployment) -> Report:
    return Report(
        service=said.service,
        version=said.version,
        commit=said.commit,
        author=said.author,
        started_at=said.at,
        finished_at=said.at,
        diff=Diff(**said.diff.model_dump()),
        log_excerpt=said.log_excerpt,
    )


def hook_out(tenant: UUID, hook: Hook) -> HookOut:
    return HookOut(
        id=hook.id,
        name=hook.name,
        environment=hook.environment,
        address=f"{tenant}.{hook.id}",
        created_at=hook.created_at,
        revoked_at=hook.revoked_at,
    )


def preflight_out(one: Preflight) -> PreflightOut:
    return PreflightOut(
        verb=one.plan.verb,
        effects=list(one.plan.effects),
        from_version=one.plan.from_version,
        target_version=one.plan.target_version,
        blast_radius=[
            ReachOut(
                type=a.ref.type,
                id=a.ref.id,
                title=a.title,
                distance=a.distance,
                path=[str(p) for p in a.path],
            )
            for a in one.affected
        ],
        blast_radius_more=one.more_affected,
        evidence=list(EVIDENCE),
        decision=DecisionOut.model_validate(one.decision),
        plan_hash=one.plan.hash,
    )
