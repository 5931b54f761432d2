"""Who there is: people join week by week for ever, and leave again, so that any day has its people."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .chance import Chance, picked
from .shapes import Shape

WEEK = timedelta(weeks=1)
REACH = 60
"""Weeks after which hardly anybody of those who joined is still there."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who uses the product from the week of `joined` on and comes last in that of `last` (both Mondays).

    `keen` is how often they come, compared with others.
    """

    id: str
    role: str
    device: str
    arm: str
    keen: float
    joined: date
    last: date


def members(shape: Shape, seed: str, week: date) -> Iterator[Member]:
    """Those who are there in a week, which a Monday names, and consented."""
    for back in range(REACH):
        yield from (one for one in _joiners(shape, seed, week - back * WEEK) if one.last >= week)


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _joiners(shape: Shape, seed: str, week: date) -> Iterator[Member]:
    chance = Chance(f"{seed}/joined/{week}")
    count = int(shape.joiners * (0.5 + chance.random()) + chance.random())
    for number in range(count):
        role, device = picked(chance, shape.roles), picked(chance, shape.devices)
        arm = picked(chance, {"palette:plain": 0.5, "palette:ranked": 0.5})
        keen, consents = 0.4 + 1.2 * chance.random(), chance.random() < shape.consents
        weeks = int(math.log(1.0 - chance.random()) / math.log(shape.stays))
        if consents:
            id = f"{shape.name}-{week:%Y%m%d}-{number:02d}"
            yield Member(id, role, device, arm, keen, week, week + weeks * WEEK)
