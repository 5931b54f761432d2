"""How a question could be asked for fewer bytes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from companyos.kernel.ports.lake import Scan
from companyos.kernel.work import Work

from ..rules.budget import size
from .analytics import analytics_of
from .asking import Quoted
from .questions import Planned
from .readers import places_of

DEAR = 0.5
"""A column that takes more than this share of a quote is worth a word."""
SHORTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Cheaper:
    """A sentence on what to change, and what the question would read then."""

    sentence: str
    bytes: int
    since: datetime | None = None


async def cheaper(work: Work, quoted: Quoted) -> list[Cheaper]:
    """Ways to ask for less, most saved first; none when the question reads nothing."""
    planned = quoted.planned
    if not planned.quote:
        return []
    found = [one for one in (_without_dearest(planned), await _shorter(work, quoted)) if one]
    return sorted(found, key=lambda one: one.bytes)


def _without_dearest(planned: Planned) -> Cheaper | None:
    """The question without the column that takes most of it."""
    sizes = [
        (planned.reads[relation.source].size((name,)), name)
        for relation in planned.guarded.relations
        for name in relation.columns
        if len(relation.columns) > 1
    ]
    most, name = max(sizes, default=(0, ""))
    if most < DEAR * planned.quote:
        return None
    sentence = f"{name} takes {size(most)} of the {size(planned.quote)}; leave it out if you do not need it."
    return Cheaper(sentence, planned.quote - most)


async def _shorter(work: Work, quoted: Quoted) -> Cheaper | None:
    """The question over its last seven days."""
    since = quoted.until - SHORTER
    if since <= quoted.since:
        return None
    places = {place.table.name: place for place in places_of(work.house)}
    lake, planned, total = analytics_of(work.house).lake, quoted.planned, 0
    for relation in planned.guarded.relations:
        place = places[relation.table.name]
        read = await lake.plan(Scan(place.lake, work.tenant, since, quoted.until, fresh=place.fresh))
        total += read.quote(relation.reads)
    if total >= planned.quote:
        return None
    days = (quoted.until - quoted.since).days
    sentence = f"The last 7 days read {size(total)} instead of {size(planned.quote)} for {days} days."
    return Cheaper(sentence, total, since)
