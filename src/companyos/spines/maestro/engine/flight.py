"""Effects outside our database: begun under a kept claim, brought about without holding the run, then reported."""

import asyncio
from dataclasses import dataclass, replace
from typing import Literal

import structlog

from companyos.kernel.problems import Problem
from companyos.kernel.steps import Outcome, StepFailed

from ..rules.run import RunStep
from ..store import queue
from ..store.queue import Held
from .engine import Beat, Engine, open_beat
from .failing import fail_step, fail_undo
from .moving import move_step, outcome_json

Way = Literal["apply", "undo"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Flight:
    """One effect to bring about. The claim on it is kept before it begins."""

    held: Held
    step: str
    key: str
    way: Way
    attempt: int
    seconds: float


async def take_off(beat: Beat, step: RunStep, way: Way) -> Flight:
    """Keep that this executor brings the effect about now; it begins when the claim has committed."""
    assert beat.held is not None
    state, said = (
        ("applying", "It is being done.") if way == "apply" else ("undoing", "It is being taken back.")
    )
    verdict = {**step.verdict, "executor": str(beat.engine.me)}
    step = await move_step(beat, step, state, said, verdict=verdict)  # type: ignore[arg-type]
    beat.engine.flying.add(step.key)
    return Flight(beat.held, step.name, step.key, way, step.attempts, beat.patience(step))


async def fly(engine: Engine, flight: Flight) -> None:
    """Bring the effect about, and report. What cannot be reported is asked about by the next beat."""
    try:
        await _fly(engine, flight)
    except (StepFailed, Problem) as error:
        sentence = error.sentence if isinstance(error, StepFailed) else error.detail
        again = error.again if isinstance(error, StepFailed) else True
        await _report_failure(engine, flight, sentence, again=again)
    except Exception as error:
        log.exception("maestro.flight_failed", run=str(flight.held.run), step=flight.step, exc_info=error)
    finally:
        engine.flying.discard(flight.key)


async def _fly(engine: Engine, flight: Flight) -> None:
    held = flight.held
    async with engine.house.begin(tenant=held.tenant, environment=held.environment) as work:
        beat = await open_beat(engine, work, held.run, held, lock=False)
        step = next(s for s in beat.steps if s.name == flight.step)
        kind, call = beat.kind(step), beat.call(step)
        async with asyncio.timeout(flight.seconds):
            if flight.way == "apply":
                assert kind.apply is not None
                did = await kind.apply(work, call)
            else:
                assert callable(kind.undo)
                did = await kind.undo(work, call, step.did)
        beat = await open_beat(engine, work, held.run, held)
        await _report(beat, flight, did)


async def _report(beat: Beat, flight: Flight, did: Outcome) -> None:
    step = _mine(beat, flight)
    if step is None:
        raise StepFailed("Somebody else has taken this effect over.", again=False)
    if flight.way == "undo":
        await move_step(beat, step, "undone", did.sentence)
    else:
        await move_step(
            beat, step, "applied", did.sentence, outcome=outcome_json(did), log=did.log, verdict={}
        )


async def _report_failure(engine: Engine, flight: Flight, sentence: str, *, again: bool) -> None:
    async with engine.house.begin(tenant=flight.held.tenant, environment=flight.held.environment) as work:
        beat = await open_beat(engine, work, flight.held.run, flight.held)
        step = _mine(beat, flight)
        if step is None:
            return
        holds = await queue.holds(work.db, flight.held, engine.me)
        beat = replace(beat, held=flight.held if holds else None)
        if flight.way == "undo":
            await fail_undo(beat, step, sentence, again=again)
        else:
            await fail_step(beat, step, sentence, again=again)


def _mine(beat: Beat, flight: Flight) -> RunStep | None:
    """The step, while this flight is the one that answers for it."""
    step = next(s for s in beat.steps if s.name == flight.step)
    going = "applying" if flight.way == "apply" else "undoing"
    mine = step.verdict.get("executor") == str(beat.engine.me) and step.attempts == flight.attempt
    return step if step.state == going and mine else None
