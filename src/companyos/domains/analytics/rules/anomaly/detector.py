"""Joins the views of a series into one score, one band and one sentence."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from math import isfinite, sqrt

from .configuration import FROZEN, Configuration
from .tail import Tail
from .views import Level, Look, Season, Spread, View

_ROUNDING = 1e-9
"""Differences below this part of the largest value are no more than rounding."""


class BadPoint(ValueError):
    """A point that no series can have; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the detector says of one point.

    `score` is in [0, 1]; from 0.5 on the point begins something unusual. `low` and `high` are the band in which the
    value was expected, None while nothing is known. `why` is a sentence.
    """

    score: float
    low: float | None
    high: float | None
    why: str

    @property
    def anomalous(self) -> bool:
        return self.score >= 0.5


class Detector:
    """Judges a univariate series one point at a time; never looks ahead, never changes what it said.

    Missing points are simply not given. A time before the last one counts as the last one: clocks repeat an hour
    each autumn. The same points give the same verdicts, whatever their unit and origin.
    """

    def __init__(self, configuration: Configuration = FROZEN) -> None:
        self._of = configuration
        value = Level("value", 1, configuration)
        season = Season("value for the time of day", 1, configuration)
        self._views: list[tuple[View, Tail]] = [
            (view, Tail(configuration))
            for view in (
                season,
                value,
                Season("level for the time of day", configuration.season_level, configuration),
                Level("level", configuration.level, configuration),
                Spread("spread", configuration.spread),
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
        self._at = max(self._at, at.timestamp())
        self._largest = max(self._largest, abs(value))
        looks = [(view, tail, view.look(self._at, value)) for view, tail in self._views]
        low, high = self._band(looks)
        surprises = [
            (tail.surprise(self._deviation(look)), view.name, look) for view, tail, look in looks if look
        ]
        joint = sqrt(sum(s * s for s, _, _ in surprises))
        score = self._rested(joint / (joint + self._of.alarm))
        return Verdict(score, low, high, _why(score, joint, surprises))

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


def _why(score: float, joint: float, surprises: list[tuple[float, str, Look]]) -> str:
    if not surprises or joint == 0:
        return "Too little has been seen to expect anything." if not surprises else "As expected."
    surprise, name, look = max(surprises, key=lambda one: one[0])
    side = "above" if look.found > look.expected else "below"
    told = f"The {name} is {look.found:.4g}, {side} the expected {look.expected:.4g}"
    odds = f"once in {10**surprise:,.0f} points" if surprise < 6 else "less than once in a million points"
    if score == 0:
        return f"{told}; this belongs to what was told before."
    return f"{told}; as far or farther is seen {odds}."
