"""What was special about a day: once in a fortnight something happens that reports have to notice."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from .chance import Chance, between

FORTNIGHT = 14
WORKING_DAYS = (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)


@dataclass(frozen=True, slots=True)
class Special:
    """`outage`: engineers on call are all at the incident. `offsite`: people of one role are away."""

    kind: Literal["", "outage", "offsite"] = ""
    role: str = ""


NOTHING = Special()


def special(seed: str, day: date) -> Special:
    """What a day has for a special; nothing, for all days of a fortnight but one."""
    weeks_in = (day.toordinal() - 1) % FORTNIGHT
    chance = Chance(f"{seed}/special/{day - timedelta(days=weeks_in)}")
    if WORKING_DAYS[between(chance, 0, len(WORKING_DAYS))] != weeks_in:
        return NOTHING
    return Special("outage", "sre") if chance.random() < 0.5 else Special("offsite", "platform_engineer")
