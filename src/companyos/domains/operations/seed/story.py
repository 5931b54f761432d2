"""What goes wrong in the demo: faults by calendar week, so that every start tells the same story of the same week."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Literal

from .product import DemoService

FaultKind = Literal["bad release", "overload", "dependency"]
WEEK = timedelta(weeks=1)
FIRST_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
KINDS: tuple[FaultKind, ...] = ("bad release", "overload", "dependency")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something went wrong with a service: errors up by `errors` (a share), durations by the factor `slowdown`."""

    service: str
    kind: FaultKind
    start: datetime
    length: timedelta
    errors: float
    slowdown: float

    @property
    def end(self) -> datetime:
        return self.start + self.length


def faults_of(seed: int, service: DemoService, start: datetime, end: datetime) -> Iterator[Fault]:
    """The faults of a service that touch `[start, end)`, oldest first."""
    week = FIRST_MONDAY + (start - FIRST_MONDAY) // WEEK * WEEK
    while week < end:
        fault = _fault_of_week(seed, service, week)
        if fault is not None and fault.start < end and fault.end > start:
            yield fault
        week += WEEK


@cache
def _fault_of_week(seed: int, service: DemoService, week: datetime) -> Fault | None:
    chance = Random(f"{seed}/{service.name}/{week.date()}")  # noqa: S311 - a demo, not a secret
    if chance.random() >= service.faults / 4:
        return None
    return Fault(
        service.name,
        chance.choice(KINDS),
        week + timedelta(minutes=chance.randrange(60, 6 * 1440)),
        timedelta(minutes=chance.randrange(12, 75)),
        chance.uniform(0.02, 0.25),
        chance.uniform(1.5, 6),
    )
