"""Cells in memory, day by day, and what was made of them: read or made again only when a day's revision has changed."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from companyos.kernel.work import Work

from ..rules.reports.adoption import GOAL
from ..rules.rollups import Cell, Key, Use, joined
from .rollups import Rollups

T = TypeVar("T")
PER_CELL = 300
"""Bytes of a cell besides its sets."""


@dataclass(frozen=True, slots=True)
class KeptDay:
    """The cells of a day, events joined but for the goal. `mark` is another one when any cell is."""

    day: int
    mark: tuple[Hashable, ...]
    cells: tuple[Cell, ...]


class KeptCells:
    """What reports asked about lately; no more than `most` bytes of it. Whoever is longest unused goes first."""

    def __init__(self, most: int):
        self._most, self._size = most, 0
        self._kept: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()
        self._lock = threading.Lock()

    async def days(self, work: Work, environment: str, first: int, last: int) -> list[KeptDay]:
        """The days of the Work's tenant that have anything, in their order."""
        rollups = Rollups(work)
        revisions = await rollups.days(environment, first, last)
        marks = {day: (work.tenant, environment, day, number) for day, number in revisions.items()}
        found = {day: cells for day, mark in marks.items() if (cells := self._get(mark)) is not None}
        if stale := [day for day in revisions if day not in found]:
            fresh: dict[int, list[Cell]] = {day: [] for day in stale}
            for cell in await rollups.cells(environment, stale):
                fresh[cell.key.day].append(cell)
            for day, cells in fresh.items():
                found[day] = self._put(marks[day], coarse(cells), size_of)
        return [KeptDay(day, marks[day], found[day]) for day in sorted(found)]

    def made(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """What was made under this key, or is made now; the key says everything that it depends on."""
        known: T | None = self._get(key)
        return self._put(key, make(), size) if known is None else known

    def _get(self, key: Hashable) -> Any:
        with self._lock:
            known = self._kept.get(key)
            if known is None:
                return None
            self._kept.move_to_end(key)
            return known[1]

    def _put(self, key: Hashable, value: T, size: Callable[[T], int]) -> T:
        takes = size(value)
        with self._lock:
            self._size += takes - self._kept.pop(key, (0, None))[0]
            self._kept[key] = (takes, value)
            while self._size > self._most:
                self._size -= self._kept.popitem(last=False)[1][0]
        return value


def coarse(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Cells whose events are joined, but for the goal, by which conversions are counted."""
    same: dict[Key, list[Use]] = {}
    for cell in cells:
        key = cell.key if cell.key.event == GOAL else cell.key._replace(event="")
        same.setdefault(key, []).append(cell.use)
    return tuple(Cell(key, joined(uses)) for key, uses in same.items())


def size_of(cells: Iterable[Cell]) -> int:
    """Bytes at most: a number of a sparse set takes two, a dense set takes fewer."""
    return sum(PER_CELL + 2 * (len(cell.use.people) + len(cell.use.sessions)) for cell in cells)
