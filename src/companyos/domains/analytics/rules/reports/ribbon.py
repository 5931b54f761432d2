"""A series with its expected band, what stood out of it, and which segment moved."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ..anomaly import Detector
from ..rollups.counting import HourKey

DIMENSIONS = ("feature", "role", "plan")
WEEK_HOURS = 168
LOOK_BACK = 4
"""Weeks whose same hour says what was to be expected of a segment."""
MOST_SEGMENTS = 5
LEAST_SHARE = 0.1
"""A segment that makes up less of the shift than this is not told."""


@dataclass(frozen=True, slots=True)
class RibbonPoint:
    """Events of an hour, and the band in which they were expected; None while too little is known."""

    hour: int
    value: int
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Segment:
    """A part that moved: what it was, what it is usually in that hour of the week, and its share of the shift."""

    dimension: str
    name: str
    value: int
    expected: float
    share: float


@dataclass(frozen=True, slots=True)
class Shift:
    """An hour that stood out, why, and the segments that made it so, most first."""

    hour: int
    value: int
    expected: float
    score: float
    why: str
    segments: tuple[Segment, ...]


def ribbon(
    hours: Sequence[tuple[HourKey, int]], first: int, end: int, shown: int
) -> tuple[list[RibbonPoint], list[Shift]]:
    """Judge the hours in `[first, end)` one by one, and tell of those from `shown` on.

    An hour without events counts as zero once there has been any: silence may be what is unusual.
    """
    total: dict[int, int] = defaultdict(int)
    segments: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (hour, *names), events in hours:
        total[hour] += events
        for dimension, name in zip(DIMENSIONS, names, strict=True):
            segments[dimension, name][hour] += events
    begin = max(first, min(total, default=end))
    detector, points, shifts = Detector(), [], []
    for hour in range(begin, end):
        value = total.get(hour, 0)
        verdict = detector.judge(datetime.fromtimestamp(hour * 3600, UTC), float(value))
        if hour < shown:
            continue
        low = None if verdict.low is None else max(0.0, verdict.low)
        points.append(RibbonPoint(hour, value, low, verdict.high))
        if verdict.anomalous:
            expected = usual(total, hour, begin)
            moved = _moved(segments, hour, begin, value - expected)
            shifts.append(Shift(hour, value, expected, verdict.score, verdict.why, moved))
    return points, shifts


def usual(series: Mapping[int, int], hour: int, begin: int) -> float:
    """The mean of the same hour of up to four weeks before, or of the days before while there is no week."""
    for step in (WEEK_HOURS, 24, 1):
        before = [hour - step * n for n in range(1, LOOK_BACK + 1) if hour - step * n >= begin]
        if before:
            return sum(series.get(one, 0) for one in before) / len(before)
    return 0.0


def _moved(
    segments: Mapping[tuple[str, str], Mapping[int, int]], hour: int, begin: int, shift: float
) -> tuple[Segment, ...]:
    if not shift:
        return ()
    found = []
    for (dimension, name), series in segments.items():
        value, expected = series.get(hour, 0), usual(series, hour, begin)
        if (part := (value - expected) / shift) >= LEAST_SHARE:
            found.append(Segment(dimension, name, value, expected, part))
    return tuple(sorted(found, key=lambda one: -one.share)[:MOST_SEGMENTS])
