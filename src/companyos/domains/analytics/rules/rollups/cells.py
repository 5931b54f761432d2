"""A cell of the roll-up, and how cells are joined."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from pyroaring import BitMap


class Key(NamedTuple):
    """What a cell is of; `day` is counted from 1970-01-01 in UTC."""

    day: int
    feature: str
    role: str
    plan: str
    event: str


class Use(NamedTuple):
    """How much: events, and the numbers of the people and of the sessions that they are of."""

    events: int
    people: BitMap
    sessions: BitMap


@dataclass(frozen=True, slots=True)
class Cell:
    """How much of what."""

    key: Key
    use: Use


def joined(uses: Iterable[Use]) -> Use:
    """What all of these are together: events added, people and sessions each once."""
    every = list(uses)
    if len(every) == 1:
        return every[0]
    return Use(
        sum(one.events for one in every),
        BitMap.union(*(one.people for one in every)) if every else BitMap(),
        BitMap.union(*(one.sessions for one in every)) if every else BitMap(),
    )
