"""Events of a made-up tenant: the same for the same shape, seed and day, whenever they are asked for."""

from collections.abc import Iterator
from datetime import date, timedelta

from ..envelope import Envelope
from .chance import Chance
from .population import Member, members, monday
from .shapes import Shape
from .spoiling import spoil
from .story import NOTHING, Special, special
from .visits import visit

MOST_VISITS = 6


def events(
    shape: Shape, seed: int | str, first: date, days: int, *, faulty: float = 0.0
) -> Iterator[Envelope]:
    """The events of `days` days from `first` on, in the order of their times. `faulty` is the share that is spoiled.

    What a day brings depends on shape, seed and that day alone, ids included. Tenant, environment and zone are left
    to the key that sends them.
    """
    root = f"{seed}/{shape.name}"
    for day in (first + timedelta(days=number) for number in range(days)):
        told = list(_of_day(shape, root, day))
        told.sort(key=lambda one: (one.at, one.id))
        if faulty:
            chance = Chance(f"{root}/faulty/{day}")
            told = [spoil(one, chance) if chance.random() < faulty else one for one in told]
        yield from told


def _of_day(shape: Shape, root: str, day: date) -> Iterator[Envelope]:
    today = special(root, day)
    for who in members(shape, root, monday(day)):
        chance = Chance(f"{root}/day/{day}/{who.id}")
        if chance.random() >= _share(shape, day, who, today):
            continue
        number = 0
        more = shape.again if today == NOTHING or today.role != who.role else (1 + shape.again) / 2
        while True:
            yield from visit(shape, root, day, who, number, today)
            number += 1
            if number == MOST_VISITS or chance.random() >= more:
                break


def _share(shape: Shape, day: date, who: Member, today: Special) -> float:
    """How likely somebody comes on a day."""
    share = who.keen * (shape.weekend if day.weekday() >= 5 else shape.weekday)
    if today.role != who.role:
        return share
    return min(share * 1.8, 1.0) if today.kind == "outage" else share * 0.15
