"""Conformance, dead letters and the live inspector over HTTP."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from companyos.kernel.http import Page, SliceDep, WorkDep, say_once

from ..rules.letters import Selection
from ..service import conformance, letters
from ..wire.letters import (
    ArrivalsOut,
    ConformancesOut,
    DeadLetterOut,
    DeadLetterReadOut,
    EventName,
    Place,
    Producer,
    ReasonCode,
    Since,
    State,
    Until,
    arrival_out,
    conformance_out,
    letter_out,
    letter_read,
)
from ..wire.text import PLAIN

router = APIRouter(prefix="/analytics", tags=["analytics"])
Minutes = Annotated[int, Query(ge=1, le=1440, description="How far back to look, in minutes.")]
Most = Annotated[int, Query(ge=1, le=200, description="Most events.")]
LetterId = Annotated[str, Path(max_length=64, pattern=PLAIN, description="The letter's own id.")]


@router.get("/conformance")
async def get_conformance(
    work: WorkDep, since: Since = None, until: Until = None, producer: Producer = "", event: EventName = ""
) -> ConformancesOut:
    """How many events of each producer and kind were accepted and refused, and why, worst first."""
    start, end = letters.bounded(work, since, until)
    found = await conformance.conformance(work, Selection(start, end, producer, event))
    return ConformancesOut(
        since=start,
        until=end,
        slots=conformance.SLOTS,
        **{name: sum(getattr(one, name) for one in found) for name in ("accepted", "refused", "repaired")},
        items=[conformance_out(one) for one in found],
    )


@router.get("/dead-letters")
async def list_dead_letters(
    work: WorkDep,
    slice: SliceDep,
    since: Since = None,
    until: Until = None,
    producer: Producer = "",
    event: EventName = "",
    code: ReasonCode = "",
    pointer: Place = "",
    state: State = "waiting",
) -> Page[DeadLetterOut]:
    """Refused events with the reason, newest first."""
    start, end = letters.bounded(work, since, until)
    selection = Selection(start, end, producer, event, code, pointer)
    after = slice.start(datetime.fromisoformat, str)
    found = await letters.list_letters(
        work, selection, which=state, after=(after[0], after[1]) if after else None, limit=slice.limit + 1
    )
    rows, following = slice.page(found, lambda one: (one.letter.at.isoformat(), one.letter.letter))
    return Page(items=[letter_out(one) for one in rows], next=following)


@router.get("/dead-letters/{letter}")
async def get_dead_letter(work: WorkDep, response: Response, letter: LetterId) -> DeadLetterReadOut:
    """One refused event with what is kept of its text."""
    say_once(response)  # no copy of it is frozen: erasure would not find it
    return letter_read(await letters.get_letter(work, letter))


@router.get("/arrivals")
async def list_arrivals(
    work: WorkDep, producer: Producer = "", minutes: Minutes = 15, limit: Most = 50
) -> ArrivalsOut:
    """What came in just now with its verdicts, newest first: to see whether an instrumented feature delivers."""
    since = work.now - timedelta(minutes=minutes)
    found = await conformance.arrivals(work, producer=producer, since=since, limit=limit)
    seen = (await work.decide(letters.READ, on=work.tenancy)).allowed
    return ArrivalsOut(items=[arrival_out(one) for one in found], refused_hidden=not seen)
