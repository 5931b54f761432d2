"""Joins the views of a series into one score, one band and one sentence."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from .configuration import FROZEN, Configuration
from .tail import Tail
from .views import Level, Likeness, Look, Season, Spread, View

_ROUNDING = 1e-9
"""Differences below this part of the largest value are no more than rounding."""


ALARM = 0.5
"""The score from which on a point is called an anomaly; `Configuration.alarm` says how much surprise that is."""

CALM = "Nothing unusual."

LARGEST = 1e100
"""Larger values cannot be squared and summed."""


class BadPoint(ValueError):
    """A point that no series can have; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the detector says of one point.

    `score` is in [0, 1]; from ALARM on the point begins something unusual, or makes it worse. `low` and `high` are
    the band in which the value was expected, None while nothing is known. `why` is a sentence.
    """

    score: float
    low: float | None
    high: float | None
    why: str

    @property
    def anomalous(self) -> bool:
        return self.score >= ALARM


class Detector:
    """Judges a univariate series one point at a time; never looks ahead, never changes what it said.

    Missing points are simply not given. A time before the last one counts as the last one: clocks repeat an hour
    each autumn. The same points give the same verdicts, whatever their unit and origin.
    """

    def __init__(self, configuration: Configuration = FROZEN) -> None:
        self._of = configuration
        self._views: list[tuple[View, Tail]] = [
            (view, Tail(configuration))
            for view in (
                Season(1, configuration),
                Level(1, configuration),
                Likeness(configuration),
                Season(configuration.season_level, configuration),
                Level(configuration.level, configuration),
                Spread(configuration.spread),
            )
        ]
        self._points = 0
        self._at = float("-inf")
        self._largest = 0.0
        self._peaks: deque[tuple[int, float]] = deque()

    def judge(self, at: datetime, value: float) -> Verdict:
        """Judge the next point of the series. Raises BadPoint for what is no number or has no time zone."""
        if at.tzinfo is None:
            raise BadPoint(f"The time {at.isoformat()} has no time zone; add one, such as +00:00.")
        if not isfinite(value):
            raise BadPoint(f"The value at {at.isoformat()} is {value}; leave out points that are missing.")
        if abs(value) > LARGEST:
            raise BadPoint(
                f"The value at {at.isoformat()} is {value}, beyond {LARGEST:g}; use a larger unit."
            )
        self._at = max(self._at, at.timestamp())
        self._largest = max(self._largest, abs(value))
        looks = [(view, tail, view.look(self._at, value)) for view, tail in self._views]
        low, high = self._band(looks)
        surprises = [(tail.surprise(self._deviation(look)), view, look) for view, tail, look in looks if look]
        power = self._of.joint
        joint = sum(surprise**power for surprise, _, _ in surprises) ** (1 / power)
        score = joint / (joint + self._of.alarm)
        told = self._rested(score)
        return Verdict(told, low, high, _why(surprises, repeated=told < score) if score >= ALARM else CALM)

    def _deviation(self, look: Look) -> float:
        deviation = abs(look.found - look.expected)
        return deviation if deviation > _ROUNDING * self._largest else 0.0

    def _band(self, looks: list[tuple[View, Tail, Look | None]]) -> tuple[float | None, float | None]:
        """Around what the first view that knows enough expects, as wide as nearly all deviations were."""
        for _, tail, look in looks[:2]:
            if look and len(tail.seen) >= self._of.learning:
                wide = tail.seen.exceeded_by(self._of.band)
                return look.expected - wide, look.expected + wide
        return None, None

    def _rested(self, score: float) -> float:
        """0 when a score as high was among the last ones; `_peaks` are the scores that nothing later exceeded."""
        since = self._points - int(self._of.rest * self._points)
        while self._peaks and self._peaks[0][0] < since:
            self._peaks.popleft()
        rested = 0.0 if self._peaks and self._peaks[0][1] >= score else score
        while self._peaks and self._peaks[-1][1] <= score:
            self._peaks.pop()
        self._peaks.append((self._points, score))
        self._points += 1
        return rested


def _why(surprises: list[tuple[float, View, Look]], *, repeated: bool) -> str:
    """What the most surprised view saw."""
    surprise, view, look = max(surprises, key=lambda one: one[0])
    side = "above" if look.found > look.expected else "below"
    told = f"The {view.name} is {look.found:.4g}, {side} {look.expected:.4g}, {view.against}"
    if repeated:
        return f"{told}; this belongs to what was told before."
    rare = "one in a million" if surprise >= 6 else f"one in {10**surprise:,.0f}"
    return f"{told}: as rare as {rare}."
