"""The manifest of the maestro spine."""

from companyos.kernel.domain import Action, AuditEvent, Domain
from companyos.kernel.house import House

from . import entities
from .api import router
from .builtin import STEPS
from .builtin.approval import preview_continue
from .engine.executor import carry_out
from .graph import graph
from .service.control import preview_undo
from .service.kinds import StepTypes
from .service.plans import preview_start
from .service.schedules import preview_schedule
from .service.settling import preview_settle
from .settings import MaestroSettings
from .tables import rows


async def starts(house: House) -> None:
    """Gather the step types of every part. Raises ValueError when two have one name."""
    house.adapters[StepTypes] = StepTypes(house.parts)


spine = Domain(
    name="maestro",
    title="Maestro",
    router=router,
    actions=(
        Action("maestro:plan.list", "List plans", risk="none"),
        Action("maestro:plan.read", "See a plan", risk="none", deny="hide"),
        Action("maestro:plan.put", "Write a plan"),
        Action("maestro:plan.archive", "Archive a plan"),
        Action("maestro:plan.dry_run", "Look what a plan would do", risk="none"),
        Action("maestro:plan.schedule", "Let a plan start by itself", risk="high"),
        Action("maestro:plan.unschedule", "Let a plan start no more by itself"),
        Action("maestro:run.list", "List runs", risk="none"),
        Action("maestro:run.read", "See a run", risk="none", deny="hide"),
        Action("maestro:run.start", "Run a plan", risk="high"),
        Action("maestro:run.pause", "Pause a run"),
        Action("maestro:run.resume", "Let a run go on"),
        Action("maestro:run.cancel", "Cancel a run"),
        Action("maestro:run.undo", "Take a run back", risk="high"),
        Action("maestro:run.settle", "Say what is so of a step that nobody can tell of"),
        Action("maestro:run.continue", "Let a run go on that waits for somebody's yes"),
        Action("maestro:http.call", "Call another system from a plan"),
    ),
    audit=(
        AuditEvent("maestro.plan.put", "A plan has a new version"),
        AuditEvent("maestro.plan.archived", "A plan was archived"),
        AuditEvent("maestro.plan.scheduled", "A plan starts by itself from now on", risk="high"),
        AuditEvent("maestro.plan.unscheduled", "A plan starts no more by itself"),
        AuditEvent("maestro.schedule.missed", "A plan could not start when its time had come"),
        AuditEvent("maestro.run.queued", "A run was asked for", risk="high"),
        AuditEvent("maestro.run.paused", "A run was paused"),
        AuditEvent("maestro.run.resumed", "A run was let go on"),
        AuditEvent("maestro.run.stopping", "A run was told to stop"),
        AuditEvent("maestro.run.undoing", "A run was told to go back", risk="high"),
        AuditEvent("maestro.run.settled", "A person said what is so of a step"),
        AuditEvent("maestro.run.finished", "A run came to its end", risk="high"),
        AuditEvent("maestro.run.failed", "A run failed", risk="high"),
        AuditEvent("maestro.run.cancelled", "A run was cancelled", risk="high"),
        AuditEvent("maestro.run.undone", "A run was taken back", risk="high"),
    ),
    entities={"maestro.plan": entities.load_plan, "maestro.run": entities.load_run},
    rows=rows,
    previews={
        "maestro:run.start": preview_start,
        "maestro:run.undo": preview_undo,
        "maestro:run.settle": preview_settle,
        "maestro:run.continue": preview_continue,
        "maestro:plan.schedule": preview_schedule,
    },
    steps=STEPS,
    graph=graph,
    settings=MaestroSettings,
    starts=starts,
    runs=carry_out,
)
