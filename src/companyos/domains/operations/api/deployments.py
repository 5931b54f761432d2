"""Deployments over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from companyos.kernel.http import SliceDep, WorkDep, set_etag
from companyos.kernel.problems import Invalid
from companyos.kernel.work import Work

from ..public.types import Status, Verb
from ..service import deployments, orders
from ..wire.deployments import (
    DeploymentIn,
    DeploymentOut,
    DeploymentsPage,
    HistoryIn,
    HistoryOut,
    OrderIn,
    PreflightOut,
    ReceiptOut,
    deployment_out,
    past,
    preflight_out,
    report,
)
from ..wire.text import PLAIN

router = APIRouter(prefix="/deployments", tags=["deployments"])

OfService = Annotated[str, Query(max_length=63, pattern=PLAIN, description="Only of this service.")]
InState = Annotated[Status | None, Query(description="Only in this state.")]
Environment = Annotated[
    str, Query(max_length=63, pattern=PLAIN, description="The session's environment; another one is refused.")
]
AskedVerb = Annotated[Verb, Query(description="What would be done.")]


@router.get("")
async def list_deployments(
    work: WorkDep,
    slice: SliceDep,
    service: OfService = "",
    status: InState = None,
    environment: Environment = "",
) -> DeploymentsPage:
    """Deployments to the session's environment, newest first."""
    if environment and environment != work.environment:
        raise Invalid.at(
            "/environment",
            f"Your session is in {work.environment}; it sees no other environment.",
            f"Switch to {environment}, then ask again.",
        )
    found = await deployments.list_deployments(
        work,
        service=service,
        status=status or "",
        after=slice.start(datetime.fromisoformat, UUID),
        limit=slice.limit + 1,
    )
    rows, next_ = slice.page(found, lambda d: (d.queued_at.isoformat(), d.id))
    return DeploymentsPage(items=[deployment_out(d) for d in rows], next=next_)


CONTINUED: dict[int | str, dict[str, Any]] = {200: {"model": DeploymentOut, "description": "It went on."}}
"""The answer to a report about a deployment that was known already."""


@router.post("", status_code=201, responses=CONTINUED)
async def record_deployment(work: WorkDep, body: DeploymentIn, response: Response) -> DeploymentOut:
    """Report a deployment, or continue one by its `external_id` (answered with 200)."""
    deployment, new = await deployments.record(work, report(body), source="api")
    if not new:
        response.status_code = 200
    set_etag(response, deployment.revision)
    return deployment_out(deployment)


@router.post("/import")
async def import_deployments(work: WorkDep, body: HistoryIn) -> HistoryOut:
    """Take past deployments in, once per service and commit."""
    return HistoryOut.model_validate(await deployments.import_history(work, [past(p) for p in body.items]))


@router.get("/{deployment}")
async def get_deployment(work: WorkDep, deployment: UUID, response: Response) -> DeploymentOut:
    """One deployment."""
    found = await deployments.get_deployment(work, deployment)
    set_etag(response, found.revision)
    return deployment_out(found)


@router.get("/{deployment}/preflight")
async def preflight_deployment(work: WorkDep, deployment: UUID, verb: AskedVerb) -> PreflightOut:
    """What a verb would do, whom it could hurt, what policy says; nothing is changed."""
    return preflight_out(await orders.preflight(work, deployment, verb))


@router.post("/{deployment}/pause", status_code=201)
async def pause_deployment(work: WorkDep, deployment: UUID, body: OrderIn) -> ReceiptOut:
    """Hold a deployment that is under way."""
    return await _order(work, deployment, "pause", body)


@router.post("/{deployment}/roll_back", status_code=201)
async def roll_back_deployment(work: WorkDep, deployment: UUID, body: OrderIn) -> ReceiptOut:
    """Bring the version before this one back."""
    return await _order(work, deployment, "roll_back", body)


@router.post("/{deployment}/redeploy", status_code=201)
async def redeploy_deployment(work: WorkDep, deployment: UUID, body: OrderIn) -> ReceiptOut:
    """Force the same version out again."""
    return await _order(work, deployment, "redeploy", body)


async def _order(work: Work, id: UUID, verb: Verb, body: OrderIn) -> ReceiptOut:
    receipt = await orders.order(work, id, verb, reason=body.reason, plan_hash=body.plan_hash)
    return ReceiptOut(
        deployment=deployment_out(receipt.deployment),
        evidence_id=receipt.evidence_id,
        record_id=receipt.record_id,
    )
