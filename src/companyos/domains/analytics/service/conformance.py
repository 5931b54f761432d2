"""How well producers keep to their schemas, and what they have sent just now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from companyos.kernel.ports.lake import Scan, Where
from companyos.kernel.work import Work

from ..rules.letters import Letter, Selection
from ..store import conformance as counted
from ..store.conformance import Conformance
from ..store.repairs import Repairs
from ..tables import EVENTS
from .analytics import analytics_of
from .letters import READ, letters_of

SLOTS = 24
"""Numbers of a trend."""
AGO = timedelta(days=1)
"""How old an event may be that counts as just sent: producers send late what they could not send."""
_LATEST = """
    select id, event, schema_version, producer, "at", received_at, feature, props from events
    where received_at >= $since order by received_at desc, id limit $limit
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event that came in and its verdict: `letter` is None when it was accepted. `fields` names its props."""

    id: str
    event: str
    schema_version: str
    producer: str
    at: datetime
    received_at: datetime
    feature: str
    fields: Sequence[str]
    letter: Letter | None = None


async def conformance(work: Work, selection: Selection) -> list[Conformance]:
    """Counts for each producer and kind of event, worst first."""
    await work.permit("analytics:conformance.read", on=work.tenancy)
    analytics = analytics_of(work.house)
    taken = await Repairs(work).taken(selection.since, selection.until)
    return await counted.conformance(
        analytics.lake, analytics.scan, work.tenant, work.environment, selection, slots=SLOTS, repaired=taken
    )


async def arrivals(work: Work, *, producer: str, since: datetime, limit: int) -> list[Arrival]:
    """What came in since then with its verdicts, newest first; of accepted events no values."""
    await work.permit("analytics:arrival.list", on=work.tenancy)
    analytics = analytics_of(work.house)
    where = [Where("environment", "=", work.environment)]
    if producer:
        where.append(Where("producer", "=", producer))
    scan: Scan = analytics.scan(EVENTS, work.tenant, since - AGO, work.now + 2 * AGO, *where)
    rows = (await analytics.lake.query(_LATEST, {"since": since, "limit": limit}, events=scan)).to_pylist()
    found = [_accepted(row) for row in rows]
    if (await work.decide(READ, on=work.tenancy)).allowed:
        selection = Selection(since, work.now + AGO, producer)
        refused = await letters_of(work).page(selection, marked=(), mode="", after=None, limit=limit)
        found += [_refused(one) for one in refused]
    return sorted(found, key=lambda one: one.received_at, reverse=True)[:limit]


def _accepted(row: dict[str, Any]) -> Arrival:
    said: dict[str, Any] = {
        name: row[name] or "" for name in ("id", "event", "schema_version", "producer", "feature")
    }
    props = msgspec.json.decode(row["props"]) if row["props"] else {}
    return Arrival(**said, at=row["at"], received_at=row["received_at"], fields=tuple(props))


def _refused(one: Letter) -> Arrival:
    return Arrival(one.id, one.event, one.schema_version, one.producer, one.at, one.at, "", (), one)
