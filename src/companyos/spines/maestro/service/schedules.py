"""Plans that start by themselves: turned on by a person who saw what would happen, for exactly that."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog

from companyos.kernel.decision import Reason
from companyos.kernel.entities import EntityRef
from companyos.kernel.house import House
from companyos.kernel.preflight import Preview
from companyos.kernel.problems import Conflict, Denied, Invalid, NotFound, Problem
from companyos.kernel.work import Work

from ..public.events import ScheduleChanged
from ..rules.document import next_time
from ..store import Plans, queue
from ..store.plans import KeptSchedule
from .asker import as_asker
from .dry_run import DryRun, dry_run
from .kinds import understood
from .runs import changed, decision_json, keep_run

log = structlog.get_logger(__name__)

AT_ONCE = 20


async def preview_schedule(work: Work, ref: EntityRef, input: Mapping[str, Any]) -> Preview:
    """What each run of a schedule would do, if it were now."""
    if input:
        raise Invalid.at(
            "/input", "A schedule is told nothing; its plan says its parameters.", "Leave it empty."
        )
    return (await _shown(work, ref.id)).preview("maestro:plan.schedule")


async def schedule(work: Work, name: str, *, plan_hash: str) -> KeptSchedule:
    """Let a plan start by itself in the Work's environment, as long as it would do what was shown."""
    kept = await Plans(work).get(name)
    shown = await _shown(work, name)
    decision = await work.permit("maestro:plan.schedule", on=kept, plan=shown.hash)
    if shown.hash != plan_hash:
        raise changed()
    if shown.refusals:
        work.refusal = shown.refusals[0]
        raise NotFound() if work.refusal.hidden else Denied(work.refusal)
    assert shown.parsed.schedule is not None
    held = work.elevation.as_json() if work.elevation else {}
    made = KeptSchedule(name, work.environment, kept.version, shown.hash, work.actor.ref, work.now, held)
    await Plans(work).turn_on(made, next_time(shown.parsed.schedule, work.now))
    await work.record(
        "maestro.plan.scheduled", kept.ref, decision=decision, version=kept.version, plan_hash=shown.hash
    )
    work.emit(ScheduleChanged(plan=name, on=True))
    return made


async def unschedule(work: Work, name: str) -> None:
    """Let a plan start no more by itself in the Work's environment. One that does not is left as it is."""
    kept = await Plans(work).get(name)
    decision = await work.permit("maestro:plan.unschedule", on=kept)
    if await Plans(work).turn_off(name, work.environment):
        await work.record("maestro.plan.unscheduled", kept.ref, decision=decision, why="Asked for.")
        work.emit(ScheduleChanged(plan=name, on=False))


async def start_due(house: House) -> None:
    """Start every plan whose time has come, once; whichever process gets there first."""
    async with house.begin() as work:
        due = await queue.ringing(work.db, AT_ONCE)
    for tenant, name, environment in due:
        try:
            await _start(house, tenant, name, environment)
        except Problem as problem:
            await _refused(house, tenant, name, environment, problem)


async def _start(house: House, tenant: UUID, name: str, environment: str) -> None:
    async with house.begin(tenant=tenant, environment=environment) as work:
        if await queue.hold_alarm(work.db, tenant, name, environment) is None:
            return
        kept = await Plans(work).get(name)
        on = next((s for s in await Plans(work).schedules(name) if s.environment == environment), None)
        asker = await as_asker(work, on.asked_by) if on else None
        if on is None or asker is None or on.version != kept.version:
            await _off(work, name, "Whoever turned it on may not act here any more, or the plan has changed.")
            return
        shown = await _shown(asker, name)
        if shown.hash != on.hash:
            await _off(work, name, "It would do something else than was shown when it was turned on.")
            return
        if shown.refusals:
            raise Denied(shown.refusals[0])
        decision = await work.permit("maestro:run.start", on=kept, plan=shown.hash)
        assert shown.parsed.schedule is not None
        await Plans(work).ring(name, environment, next_time(shown.parsed.schedule, work.now))
        await keep_run(
            work, shown, decision, reason="Its time had come.", asked=(on.asked_by, asker.actor.name)
        )


async def _refused(house: House, tenant: UUID, name: str, environment: str, problem: Problem) -> None:
    """A run that cannot start is left out this time, and said so; the next one comes in its time."""
    async with house.begin(tenant=tenant, environment=environment) as work:
        if await queue.hold_alarm(work.db, tenant, name, environment) is None:
            return
        log.warning("maestro.schedule_missed", plan=name, why=problem.detail)
        ref = EntityRef("maestro.plan", name)
        refusal = problem.decision if isinstance(problem, Denied) else None
        await work.record(
            "maestro.schedule.missed",
            ref,
            outcome="failed",
            why=problem.detail,
            refusal=decision_json(refusal) if refusal else {},
        )
        try:
            kept = await Plans(work).get(name)
            when = understood(work.house, await Plans(work).version(name, kept.version)).schedule
        except Problem as gone:
            await _off(work, name, f"It cannot be carried out any more: {gone.detail}")
            return
        if when is not None:
            await Plans(work).ring(name, environment, next_time(when, work.now))


async def _off(work: Work, name: str, why: str) -> None:
    await Plans(work).turn_off(name, work.environment)
    await work.record("maestro.plan.unscheduled", EntityRef("maestro.plan", name), outcome="failed", why=why)
    work.emit(ScheduleChanged(plan=name, on=False))


async def _shown(work: Work, name: str) -> DryRun:
    """What a run of the schedule would do now. Raises Conflict when the plan has none."""
    kept = await Plans(work).get(name)
    await work.permit("maestro:plan.dry_run", on=kept)
    version = await Plans(work).version(name, kept.version)
    when = understood(work.house, version).schedule
    if when is None:
        sentence = "The plan has no schedule."
        raise Conflict(sentence, reasons=[Reason("no_schedule", sentence, "maestro.plan")])
    return await dry_run(work, kept, version, when.parameters)
