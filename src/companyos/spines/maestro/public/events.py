"""What Maestro tells: plans that changed, runs and steps that went on."""

from uuid import UUID

from companyos.kernel.events import Event, event


@event("maestro.plan.changed", version=1)
class PlanChanged(Event, frozen=True):
    """A plan has a new version, or was archived."""

    plan: str
    title: str
    plan_version: int
    archived: bool = False


@event("maestro.schedule.changed", version=1)
class ScheduleChanged(Event, frozen=True):
    """A plan starts by itself from now on, or no longer."""

    plan: str
    on: bool


@event("maestro.run.moved", version=1)
class RunMoved(Event, frozen=True):
    """A run came into another state."""

    run: UUID
    plan: str
    title: str
    state: str
    sentence: str = ""


@event("maestro.step.moved", version=1)
class StepMoved(Event, frozen=True):
    """A step of a run came into another state."""

    run: UUID
    step: str
    state: str
    sentence: str = ""
