"""Trying a repair on the real letters: what it recovers, and what still fails. Nothing is written."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from companyos.kernel.ports.lake import Scan, Where
from companyos.kernel.work import Work
from companyos.spines.identity.public import own_tenant

from ..rules.envelope import Envelope
from ..rules.judging import Owner, zone_of
from ..rules.letters import Letter, Selection
from ..rules.mending import Operation, mended
from ..rules.repair import Trial
from ..settings import AnalyticsSettings
from ..store.repairs import Repairs
from ..tables import EVENTS
from .analytics import analytics_of
from .letters import letters_of

AT_ONCE = 500
"""So many letters are mended before others get a turn."""
DAY = timedelta(days=1)


async def trial(
    work: Work, selection: Selection, operations: Sequence[Operation], *, samples: int = 0
) -> Trial:
    """What operations would do to the letters that wait, the oldest first."""
    most = work.settings(AnalyticsSettings).repair_letters
    taken = await Repairs(work).taken(selection.since, selection.until)
    letters = await letters_of(work).oldest(selection, without=taken, limit=most + 1)
    found = Trial(letters=min(len(letters), most), more=len(letters) > most)
    ready = await weigh(work, letters[:most], operations, found, samples=samples)
    there = await present(work, [event for _, event in ready])
    for letter, event in ready:
        found.recovered.append(letter)
        if event.id in there:
            found.repeated.add(letter.letter)
        there.add(event.id)
    return found


async def weigh(
    work: Work, letters: Sequence[Letter], operations: Sequence[Operation], into: Trial, *, samples: int = 0
) -> list[tuple[Letter, Envelope]]:
    """The letters that would be accepted, with their events; the others are counted in the trial."""
    intake, ready = analytics_of(work.house).intake, []
    zone = zone_of((await own_tenant(work)).region)
    for start in range(0, len(letters), AT_ONCE):
        by_producer: dict[str, list[tuple[Letter, Envelope, str]]] = defaultdict(list)
        for letter in letters[start : start + AT_ONCE]:
            event = mended(letter, operations)
            if isinstance(event, Envelope):
                text = msgspec.json.encode(event).decode() if samples else ""
                by_producer[letter.producer].append((letter, event, text))
            else:
                into.fails(letter, event)
                if len(into.samples) < samples:
                    into.shows(letter, "", event)
        for producer, some in by_producer.items():
            owner = Owner(work.tenant, work.environment, producer, zone)
            judged = await intake.try_out(owner, [event for _, event, _ in some])
            for (letter, event, text), faults in zip(some, judged, strict=True):
                if faults:
                    into.fails(letter, faults[0])
                else:
                    ready.append((letter, event))
                if len(into.samples) < samples:
                    into.shows(letter, text, next(iter(faults), None))
        await asyncio.sleep(0)
    return sorted(ready, key=lambda one: (one[0].at, one[0].letter))


async def present(work: Work, events: Sequence[Envelope]) -> set[str]:
    """Which of the events are there already, by their ids."""
    times = [event.at for event in events if event.at]
    if not times:
        return set()
    analytics = analytics_of(work.house)
    since, until = min(times) - DAY, max(work.now, *times) + DAY
    scan: Scan = analytics.scan(
        EVENTS,
        work.tenant,
        since,
        until,
        Where("environment", "=", work.environment),
        columns=("id",),
    )
    sql = "select distinct id from events where id in (select unnest($ids::varchar[]))"
    found = await analytics.lake.query(sql, {"ids": [event.id for event in events]}, events=scan)
    return set(found.column("id").to_pylist())
