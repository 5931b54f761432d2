"""Cells in memory, day by day: a day is read again only when its revision has changed."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from uuid import UUID

from companyos.kernel.work import Work

from ..rules.reports.adoption import GOAL
from ..rules.rollups import Cell, Key, Use, joined
from .rollups import Rollups

Day = tuple[UUID, str, int]
PER_CELL = 300
"""Bytes of a cell besides its sets."""


class KeptCells:
    """The days that reports asked about lately, events joined but for the goal; no more than `most` bytes."""

    def __init__(self, most: int):
        self._most, self._size = most, 0
        self._days: OrderedDict[Day, tuple[int, int, tuple[Cell, ...]]] = OrderedDict()

    async def of(self, work: Work, environment: str, first: int, last: int) -> list[Cell]:
        """Every cell of the Work's tenant from one day to another."""
        rollups = Rollups(work)
        revisions = await rollups.days(environment, first, last)
        here = {day: (work.tenant, environment, day) for day in revisions}
        found = {day: kept for day, key in here.items() if (kept := self._kept(key, revisions[day]))}
        stale = [day for day in revisions if day not in found]
        if stale:
            fresh: dict[int, list[Cell]] = {day: [] for day in stale}
            for cell in await rollups.cells(environment, stale):
                fresh[cell.key.day].append(cell)
            for day, cells in fresh.items():
                found[day] = self._keep(here[day], revisions[day], coarse(cells))
        return [cell for day in sorted(found) for cell in found[day]]

    def _kept(self, key: Day, revision: int) -> tuple[Cell, ...] | None:
        known = self._days.get(key)
        if known is None or known[0] != revision:
            return None
        self._days.move_to_end(key)
        return known[2]

    def _keep(self, key: Day, revision: int, cells: Sequence[Cell]) -> tuple[Cell, ...]:
        kept = tuple(cells)
        size = sum(PER_CELL + _bytes(cell.use) for cell in kept)
        self._size += size - self._days.pop(key, (0, 0, ()))[1]
        self._days[key] = (revision, size, kept)
        while self._size > self._most and self._days:
            _, (_, gone, _) = self._days.popitem(last=False)
            self._size -= gone
        return kept


def coarse(cells: Iterable[Cell]) -> list[Cell]:
    """Cells whose events are joined, but for the goal, by which conversions are counted."""
    same: dict[Key, list[Use]] = {}
    for cell in cells:
        key = cell.key if cell.key.event == GOAL else cell.key._replace(event="")
        same.setdefault(key, []).append(cell.use)
    return [Cell(key, joined(uses)) for key, uses in same.items()]


def _bytes(use: Use) -> int:
    """At most: a number of a sparse set takes two bytes, a dense set takes fewer."""
    return 2 * (len(use.people) + len(use.sessions))
