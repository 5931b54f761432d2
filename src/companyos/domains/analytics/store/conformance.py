"""How well producers keep to their schemas: counts of accepted and refused events, read from the lake."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from companyos.kernel.ports.lake import Lake, Scan

from ..rules.letters import Selection
from ..tables import DEAD_LETTERS, EVENTS
from .letters import conditions

_ACCEPTED = """
    select producer, event, cast(floor(epoch(received_at - $since) / $step) as integer) as slot,
           count(*) as events, max(received_at) as last
    from events where received_at >= $since and received_at < $until group by all
"""
_REFUSED = """
    select producer, event, code, cast(floor(epoch("at" - $since) / $step) as integer) as slot,
           count(*) as events, count(*) filter (letter in (select unnest($repaired::varchar[]))) as repaired,
           max("at") as last
    from letters group by all
"""
LATE, EARLY = timedelta(days=35), timedelta(days=2)
"""Events are counted by when they came, and kept by when they happened: how far the two may be apart to be counted."""


@dataclass(slots=True)
class Code:
    """How many events were refused for one reason, and how many of these letters a repair has taken."""

    code: str
    refused: int = 0
    repaired: int = 0


@dataclass(slots=True)
class Conformance:
    """One producer and kind of event; the trends have a number for each slot of time."""

    producer: str
    event: str
    accepted_trend: list[int]
    refused_trend: list[int]
    codes: dict[str, Code] = field(default_factory=dict)
    last_accepted_at: datetime | None = None
    last_refused_at: datetime | None = None

    @property
    def accepted(self) -> int:
        return sum(self.accepted_trend)

    @property
    def refused(self) -> int:
        return sum(self.refused_trend)

    @property
    def repaired(self) -> int:
        return sum(one.repaired for one in self.codes.values())

    @property
    def reasons(self) -> list[Code]:
        """Why, most events first."""
        return sorted(self.codes.values(), key=lambda one: (-one.refused, one.code))


async def conformance(
    lake: Lake,
    scan: Any,
    tenant: UUID,
    environment: str,
    selection: Selection,
    *,
    slots: int,
    repaired: list[str],
) -> list[Conformance]:
    """For each producer and kind of event, worst first: what was refused most, and then by share."""
    since, until = selection.since, selection.until
    step = max((until - since) / timedelta(seconds=1) / slots, 1e-6)
    given = {"since": since, "until": until, "step": step, "repaired": repaired}
    where = [one for one in conditions(environment, selection) if one.column not in ("code", "pointer")]
    found: dict[tuple[str, str], Conformance] = {}

    def of(row: dict[str, Any]) -> Conformance:
        key = (row["producer"] or "", row["event"] or "")
        if key not in found:
            found[key] = Conformance(*key, [0] * slots, [0] * slots)
        return found[key]

    letters: Scan = scan(DEAD_LETTERS, tenant, since, until, *conditions(environment, selection))
    for row in (await lake.query(_REFUSED, given, letters=letters)).to_pylist():
        one = of(row)
        one.refused_trend[min(row["slot"], slots - 1)] += row["events"]
        code = one.codes.setdefault(row["code"], Code(row["code"]))
        code.refused += row["events"]
        code.repaired += row["repaired"]
        one.last_refused_at = max(one.last_refused_at or row["last"], row["last"])
    events: Scan = scan(EVENTS, tenant, since - LATE, until + EARLY, *where)
    for row in (await lake.query(_ACCEPTED, given, events=events)).to_pylist():
        one = of(row)
        one.accepted_trend[min(row["slot"], slots - 1)] += row["events"]
        one.last_accepted_at = max(one.last_accepted_at or row["last"], row["last"])
    return sorted(found.values(), key=lambda one: (-one.refused, -one.accepted, one.producer, one.event))
