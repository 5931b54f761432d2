"""What a confirmed replay does, outside of any request: mend the letters, take them in, and mark them.

Every letter was claimed when the replay was ordered. Between taking events in and marking their letters a process may
die; the reaction is then run again. Events that are there by then are found by their ids, and those that are on
their way are kept once by the intake as every event is that comes again, so that each is there exactly once.
"""

from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from companyos.kernel.work import Work
from companyos.spines.identity.public import own_tenant

from ..public.events import RepairReplayed
from ..rules.envelope import Envelope
from ..rules.judging import Owner, zone_of
from ..rules.letters import Letter
from ..rules.repair import Repair, Trial
from ..settings import AnalyticsSettings
from ..store.repairs import Repairs
from .analytics import analytics_of
from .letters import letters_of, up_to_date
from .trials import present, weigh


async def carry_out(work: Work, id: UUID) -> None:
    """Replay an ordered repair. Raises Unavailable when events cannot be kept now; then it is tried again."""
    store = Repairs(work)
    found = await store.get(id, lock=True)
    if found.state != "ordered":
        return
    claimed = await store.ordered(found)
    await up_to_date(work)
    ready = await weigh(work, await letters_of(work).named(claimed), found.operations, Trial())
    there = await present(work, [event for _, event in ready])
    repeated: list[tuple[Letter, Envelope]] = []
    fresh: list[tuple[Letter, Envelope]] = []
    for letter, event in ready:
        (repeated if event.id in there else fresh).append((letter, event))
        there.add(event.id)
    accepted = await _take_in(work, fresh)
    await store.settle(accepted, "replayed")
    await store.settle([letter.letter for letter, _ in repeated], "repeated")
    await store.release(found)
    await store.forget(work.now - timedelta(days=1 + work.settings(AnalyticsSettings).keep_dead_days))
    ended = await store.put(
        found,
        state="replayed",
        ended_at=work.now,
        replayed=len(accepted),
        repeated=len(repeated),
        refused=len(claimed) - len(accepted) - len(repeated),
    )
    await _tell(work, ended)


async def _take_in(work: Work, events: list[tuple[Letter, Envelope]]) -> list[str]:
    """Take events in for their own producers; returns the letters of those that were accepted."""
    intake = analytics_of(work.house).intake
    zone, most = zone_of((await own_tenant(work)).region), intake.settings.max_batch_events
    by_producer: dict[str, list[tuple[Letter, Envelope]]] = defaultdict(list)
    for letter, event in events:
        by_producer[letter.producer].append((letter, event))
    accepted = []
    for producer, some in by_producer.items():
        owner = Owner(work.tenant, work.environment, producer, zone)
        for start in range(0, len(some), most):
            part = some[start : start + most]
            verdicts = await intake.accept(owner, [event for _, event in part], hide=str)
            accepted += [
                letter.letter for (letter, _), one in zip(part, verdicts, strict=True) if one.accepted
            ]
    return accepted


async def _tell(work: Work, ended: Repair) -> None:
    counts: dict[str, Any] = {
        "replayed": ended.replayed,
        "repeated": ended.repeated,
        "refused": ended.refused,
    }
    await work.record("analytics.repair.replayed", ended.ref, **counts)
    work.emit(RepairReplayed(repair=ended.id, title=ended.title, **counts))
