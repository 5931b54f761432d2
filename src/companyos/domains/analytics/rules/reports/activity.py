"""How many people are active, and how many stay."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from ..rollups import Cell

WEEK, MONTH = 7, 30
"""Days that a person counts as active after using something."""
MONDAY = 4
"""1970-01-05 was a Monday: weeks begin where days - 4 divides by 7."""


@dataclass(frozen=True, slots=True)
class ActiveDay:
    """People active on a day, and in the 7 and 30 days that end with it."""

    day: int
    day_people: int
    week_people: int
    month_people: int

    @property
    def stickiness(self) -> float | None:
        """Share of the month's people who came on the day (DAU / MAU); None without anybody."""
        return self.day_people / self.month_people if self.month_people else None


@dataclass(frozen=True, slots=True)
class Cohort:
    """People who were first seen in the week that begins on `week`; `kept[n]` of them came n weeks later."""

    week: int
    people: int
    kept: tuple[int, ...]


def everybody(cells: Iterable[Cell]) -> BitMap:
    """Who was active in any of these cells."""
    return BitMap.union(BitMap(), *(cell.use.people for cell in cells))


def activity(people: Mapping[int, BitMap], days: Sequence[int]) -> list[ActiveDay]:
    """Active people day by day; `people` must reach 29 days back beyond the first day."""
    none = BitMap()

    def of(day: int, length: int) -> int:
        return len(BitMap.union(*(people.get(day - back, none) for back in range(length))))

    return [ActiveDay(day, len(people.get(day, none)), of(day, WEEK), of(day, MONTH)) for day in days]


def retention(people: Mapping[int, BitMap], first: int, last: int) -> list[Cohort]:
    """Cohorts of the weeks that begin from `first` to `last`; `people` reaches as far back as anything is kept."""
    weeks: dict[int, BitMap] = defaultdict(BitMap)
    for day, here in people.items():
        weeks[week_of(day)] |= here
    begin, end = week_of(first), week_of(last)
    known = BitMap()
    for week in [week for week in weeks if week < begin]:
        known |= weeks[week]
    cohorts = []
    for week in range(begin, end + 1, WEEK):
        new = weeks.get(week, BitMap()) - known
        known |= new
        kept = tuple(len(new & weeks.get(later, BitMap())) for later in range(week, end + 1, WEEK))
        cohorts.append(Cohort(week, len(new), kept))
    return cohorts


def week_of(day: int) -> int:
    """The Monday of a day's week; days since 1970-01-01."""
    return day - (day - MONDAY) % WEEK
