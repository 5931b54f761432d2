"""What operations does about its own news: orders go out to the deployer, and its answer comes back in.

The order's id travels as idempotency key, so an order that is sent again after a crash is carried out once.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from companyos.kernel.events import on
from companyos.kernel.work import Work

from .public.events import DeploymentPaused, DeploymentRedeployed, DeploymentRolledBack, LogLevelAsked
from .public.ports import Answer, Deployer, DeployerUnreachable, Order
from .public.types import Deployment, Verb
from .service import log_levels
from .service.deployments import move
from .settings import OperationsSettings
from .store import Deployments


@on(DeploymentPaused, outside=True)
async def send_pause(work: Work, event: DeploymentPaused) -> None:
    """Tell the deployer to hold. When it does not, the deployment is not paused after all."""
    await _send(work, "pause", event.deployment, event.order, event.reason, event.ordered_at)


@on(DeploymentRolledBack, outside=True)
async def send_roll_back(work: Work, event: DeploymentRolledBack) -> None:
    """Tell the deployer to bring the earlier version back."""
    await _send(work, "roll_back", event.replacement, event.order, event.reason, event.ordered_at)


@on(DeploymentRedeployed, outside=True)
async def send_redeployment(work: Work, event: DeploymentRedeployed) -> None:
    """Tell the deployer to bring the same version out again."""
    await _send(work, "redeploy", event.replacement, event.order, event.reason, event.ordered_at)


@on(LogLevelAsked, outside=True)
async def send_log_level(work: Work, event: LogLevelAsked) -> None:
    """Our own processes follow what is kept; for every other service the deployer is told."""
    if await log_levels.is_own(work, event.service):
        await log_levels.settle(work, event, Answer("succeeded", "Every process of CompanyOS follows."))
        return
    order = Order(
        id=event.order,
        verb="set_log_level",
        tenant=work.tenant,
        environment=work.environment,
        service=event.service,
        version="",
        deployment=None,
        commit="",
        reason=event.reason,
        level=event.level,
    )
    await log_levels.settle(work, event, await _answer(work, order, event.asked_at))


async def _send(work: Work, verb: Verb, id: UUID, order: UUID, reason: str, ordered_at: datetime) -> None:
    deployment = await Deployments(work).get(id, lock=True)
    carried = Order(
        id=order,
        verb=verb,
        tenant=work.tenant,
        environment=deployment.environment,
        service=deployment.service,
        version=deployment.version,
        deployment=deployment.id,
        commit=deployment.commit,
        reason=reason,
    )
    answer = await _answer(work, carried, ordered_at)
    await _take(work, verb, deployment, answer)


async def _answer(work: Work, order: Order, ordered_at: datetime) -> Answer:
    """What the deployer makes of an order. Raises DeployerUnreachable while it is worth asking again."""
    try:
        return await work.house.adapter(Deployer).carry_out(order)
    except DeployerUnreachable as gone:
        waited = (work.now - ordered_at).total_seconds()
        if waited < work.settings(OperationsSettings).deployer_patience_seconds:
            raise
        return Answer("failed", f"The deployer did not take the order within {waited:.0f} s: {gone}")


async def _take(work: Work, verb: Verb, deployment: Deployment, answer: Answer) -> None:
    if verb == "pause":
        if answer.status == "failed":
            await move(work, deployment, "running", log=answer.log)
        elif answer.log:
            await Deployments(work).put(replace(deployment, log_excerpt=answer.log))
    elif deployment.status in ("queued", "running"):
        await move(work, deployment, answer.status, log=answer.log)
