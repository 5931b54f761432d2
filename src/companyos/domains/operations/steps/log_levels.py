"""Saying what a service writes into its logs as a step; taking it back says what was said before."""

from uuid import NAMESPACE_URL, UUID, uuid5

from companyos.kernel.steps import Effect, Need, Outcome, StepCall, StepType, Verdict
from companyos.kernel.work import Work
from companyos.spines.telemetry.instruments.levels import Levels

from ..public.types import Level
from ..service import log_levels
from ..store import LogLevels, Services
from .deploying import OfService


class OfLevel(OfService, frozen=True):
    """A service, and the least severe entries that it shall write; null is its own default."""

    level: Level | None = None


def order_of(key: str) -> UUID:
    """The id of the command that an idempotency key stands for."""
    return uuid5(NAMESPACE_URL, f"companyos:log-level:{key}")


async def plan(work: Work, call: StepCall) -> Effect:
    """What it wrote before, and would write then."""
    on = await Services(work).named(call.inputs.service)
    before = await LogLevels(work).of(on.name)
    was: Level | None = before.level if before else None
    then: Level | None = call.inputs.level
    own = await log_levels.is_own(work, on.name)
    how = "every process of CompanyOS follows" if own else "the deployer is told"
    return Effect(
        sentence=f"{on.name} writes log entries from {_word(then)} on instead of {_word(was)}: {how}.",
        on=(on.ref,),
        needs=(Need("operations:service.set_log_level", on),),
        detail={"service": on.name, "level": then, "was": was},
        undo=f"Say {_word(was)} again.",
    )


async def apply(work: Work, call: StepCall) -> Outcome:
    """Give the command once."""
    asked = await log_levels.ask(
        work, call.inputs.service, call.inputs.level, reason=call.reason, order=order_of(call.key)
    )
    return Outcome(f"{asked.service} was told {_word(asked.level)}.", {"level": asked.level})


async def verify(work: Work, call: StepCall, _: Outcome | None) -> Verdict:
    """Whether it was taken; of our own services, whether this process does it."""
    name = call.inputs.service
    told = await LogLevels(work).of(name)
    if told is None or told.order != order_of(call.key):
        return Verdict("absent", f"{name} was told something else, or nothing.")
    if told.status == "failed":
        return Verdict("failed", told.said or f"{name} could not be told.")
    if told.status == "asked":
        return Verdict("pending", f"{name} is being told.")
    levels: Levels | None = work.house.adapters.get(Levels)
    if levels and await log_levels.is_own(work, name) and levels.of(name) != (told.level or levels.default):
        return Verdict("pending", "This process has not followed yet.")
    return Verdict("done", told.said)


async def undo(work: Work, call: StepCall, _: Outcome) -> Outcome:
    """Say what was said before; what somebody has said since stays."""
    told = await LogLevels(work).of(call.inputs.service)
    if told is None or told.order not in (order_of(call.key), order_of(call.undo_key)):
        return Outcome(f"{call.inputs.service} was told something else since; that stays.")
    was: Level | None = call.planned["was"]
    await log_levels.ask(work, call.inputs.service, was, reason=call.reason, order=order_of(call.undo_key))
    return Outcome(f"{call.inputs.service} was told {_word(was)} again.")


def _word(level: Level | None) -> str:
    return level or "its own default"


TYPES = (
    StepType(
        name="operations.set_log_level",
        title="Say what a service writes into its logs",
        takes=OfLevel,
        plan=plan,
        apply=apply,
        verify=verify,
        undo=undo,
        gives=("level",),
    ),
)
