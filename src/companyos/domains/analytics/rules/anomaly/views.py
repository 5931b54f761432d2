"""Ways to look at a series. Each says how far the newest point is from what was to be expected."""

from bisect import bisect_left, bisect_right
from collections import deque
from dataclasses import dataclass
from math import sqrt
from statistics import median
from typing import Protocol

from .configuration import Configuration
from .ranked import Ranked

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Look:
    """What a view saw: the number it looks at, and what it expected of it."""

    found: float
    expected: float


class View(Protocol):
    """`look` sees each point once, in order, and answers from what was before it; None when it expects nothing yet."""

    name: str
    against: str

    def look(self, at: float, value: float) -> Look | None: ...


class Level:
    """The mean of the last points, against the median of all such means. Of one point: the value itself."""

    against = "the median of all before"

    def __init__(self, points: int, configuration: Configuration) -> None:
        self.name = _mean_of(points)
        self._last: deque[float] = deque(maxlen=points)
        self._means = Ranked(configuration.remembered)

    def look(self, at: float, value: float) -> Look | None:
        self._last.append(value)
        mean = sum(self._last) / len(self._last)
        look = Look(mean, self._means.median()) if len(self._means) else None
        self._means.add(mean)
        return look


class Likeness:
    """The value, against the nearest values before: finds what lies beyond all, and what lies between modes."""

    name = "value"
    against = "the nearest that are known"

    def __init__(self, configuration: Configuration) -> None:
        self._of = configuration
        self._values = Ranked(configuration.remembered)

    def look(self, at: float, value: float) -> Look | None:
        count = max(self._of.least_likes, int(self._of.likes * len(self._values)))
        look = Look(value, self._values.nearest(value, count)) if len(self._values) > 2 * count else None
        self._values.add(value)
        return look


class Spread:
    """The standard deviation of the last points; calm is expected."""

    against = "perfect calm"

    def __init__(self, points: int) -> None:
        self.name = f"spread of {points} points"
        self._last: deque[float] = deque(maxlen=points)

    def look(self, at: float, value: float) -> Look | None:
        self._last.append(value)
        mean = sum(self._last) / len(self._last)
        return Look(sqrt(sum((one - mean) ** 2 for one in self._last) / len(self._last)), 0.0)


class Season:
    """The mean of the last points, against the median of such means around the same time on the days before."""

    against = "the median at this time of day"

    def __init__(self, points: int, configuration: Configuration) -> None:
        self.name = _mean_of(points)
        self._of = configuration
        self._last: deque[float] = deque(maxlen=points)
        self._times: list[float] = []
        self._means: list[float] = []

    def look(self, at: float, value: float) -> Look | None:
        self._last.append(value)
        mean = sum(self._last) / len(self._last)
        alike = [one for day in range(1, self._of.days + 1) for one in self._around(at - day * DAY)]
        self._times.append(at)
        self._means.append(mean)
        self._forget(at)
        return Look(mean, median(alike)) if len(alike) >= self._of.least_alike else None

    def _around(self, at: float) -> list[float]:
        begin = bisect_left(self._times, at - self._of.around)
        end = bisect_right(self._times, at + self._of.around)
        if (more := end - begin - self._of.most_alike) > 0:
            begin, end = begin + more // 2, end - (more - more // 2)
        return self._means[begin:end]

    def _forget(self, at: float) -> None:
        """Drop what is too old or too much, in large pieces."""
        oldest = bisect_left(self._times, at - self._of.days * DAY - self._of.around)
        oldest = max(oldest, len(self._times) - self._of.remembered)
        if oldest > len(self._times) // 2:
            del self._times[:oldest], self._means[:oldest]


def _mean_of(points: int) -> str:
    return "value" if points == 1 else f"mean of {points} points"
