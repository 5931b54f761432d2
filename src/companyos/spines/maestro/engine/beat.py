"""One beat of a run. Whatever dies, a beat has happened as a whole or not at all; the next looks where things are."""

from dataclasses import replace

import structlog

from companyos.kernel.problems import Problem
from companyos.kernel.steps import StepFailed

from ..rules.binding import BadInputs
from ..rules.document import PlanRefused
from ..rules.run import RunState, taken_back_next
from ..settings import MaestroSettings
from ..store import Runs, queue
from ..store.queue import Held
from .back import end_here, go_back
from .engine import Beat, Engine, Lost
from .failing import fail_step, fail_undo
from .flight import Flight, fly
from .forward import go_on
from .moving import let_go, rest

log = structlog.get_logger(__name__)

UNFORESEEN_PAUSE = 2.0
GOING: tuple[RunState, ...] = ("running", "waiting", "undoing", "cancelling", "paused", "stuck")
"""States in which a run counts against its plan's limit: it has begun and has not ended."""


async def beat(engine: Engine, held: Held) -> bool:
    """Bring a run on by one step. Returns whether there is more to do at once."""
    try:
        async with engine.holding(held) as here:
            found = await _go(here)
    except Lost:
        return False
    except (StepFailed, BadInputs, Problem) as error:
        return await _failed(engine, held, error)
    except Exception as error:
        log.exception("maestro.beat_failed", run=str(held.run), exc_info=error)
        return await _failed(
            engine, held, StepFailed(f"{type(error).__name__} within CompanyOS; its log says more.")
        )
    if isinstance(found, Flight):
        await fly(engine, found)
        return True
    return found


async def _go(here: Beat) -> Flight | bool:
    if here.run.state == "undoing":
        return await go_back(here)
    if here.run.state == "cancelling":
        return await end_here(here)
    if here.run.state in ("queued", "running", "waiting"):
        if here.run.state == "queued" and not await may_begin(here):
            await rest(here, 1.0)
            return False
        return await go_on(here)
    await let_go(here)
    return False


async def may_begin(here: Beat) -> bool:
    """Whether the tenant's and the plan's limits leave room for one more."""
    runs = Runs(here.work)
    await queue.one_at_a_time(here.work.db, here.work.tenant)
    if await runs.count("running", "undoing") >= here.work.settings(MaestroSettings).tenant_runs:
        return False
    limit = here.plan.concurrency
    if limit is None:
        return True
    going = await runs.count(*GOING, plan=here.run.plan, key=here.run.concurrency_key)
    return going < limit.limit


async def _failed(engine: Engine, held: Held, error: Exception) -> bool:
    """What the beat wrote is gone; note why, in a transaction of its own."""
    sentence, again = _said(error)
    try:
        async with engine.holding(held) as here:
            if here.run.state == "undoing":
                step = taken_back_next(here.steps)
                return step is not None and await fail_undo(here, step, sentence, again=again)
            step = here.current
            waited = here.work.now - (step.started_at or here.work.now) if step else None
            if step is None or (
                step.state in ("applied", "applying")
                and waited
                and waited.total_seconds() < here.patience(step)
            ):  # what was done stays done: only the look at it is repeated
                await rest(here, UNFORESEEN_PAUSE)
                return False
            if step.state == "pending":
                step = replace(step, attempts=step.attempts + 1)
            return await fail_step(here, step, sentence, again=again)
    except Lost:
        return False
    except PlanRefused as refused:  # a step type of the plan is gone: nobody can carry it out
        log.error("maestro.plan_not_understood", run=str(held.run), error=refused.detail)
        async with engine.house.begin(tenant=held.tenant, environment=held.environment) as work:
            await queue.sleep(work.db, held, 60.0)
        return False


def _said(error: Exception) -> tuple[str, bool]:
    if isinstance(error, StepFailed):
        return error.sentence, error.again
    if isinstance(error, Problem):
        return error.detail, True
    return f"{error}.", False
