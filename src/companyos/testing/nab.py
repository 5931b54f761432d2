"""Scores detectors of anomalies as the Numenta Anomaly Benchmark does.

Source: Lavin and Ahmad, "Evaluating Real-Time Anomaly Detection Algorithms – the Numenta Anomaly Benchmark", ICMLA
2015, and NAB 1.1. In each labelled window the first detection counts, the earlier the more (a sigmoid from 1 at the
left edge to 0 at the right one); a missed window costs; every detection outside costs, little just after a window.
One threshold is chosen for all series. 0 is a detector that says nothing, 100 a perfect one.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp, floor
from pathlib import Path

PROBATION = 0.15
"""Share of a series, of 5,000 points at most, that is for learning and is not scored."""

LABELS = ("windows.json", "combined_windows.json", "labels/combined_windows.json")


class BadCorpus(ValueError):
    """A folder that cannot be scored; the message says what is missing and where."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a false alarm and a missed window cost; a window found at once earns 1."""

    name: str
    false_alarm: float
    missed: float


STANDARD = Profile("standard", 0.11, 1.0)
PROFILES = (STANDARD, Profile("reward_low_FP", 0.22, 1.0), Profile("reward_low_FN", 0.11, 2.0))


@dataclass(frozen=True, slots=True)
class Series:
    """One series: times (UTC), values, and the first and last index of each labelled window."""

    name: str
    times: tuple[datetime, ...]
    values: tuple[float, ...]
    windows: tuple[tuple[int, int], ...]

    @property
    def group(self) -> str:
        """The folder it lies in: series of one origin."""
        return self.name.rpartition("/")[0]

    @property
    def probation(self) -> int:
        """So many points at the beginning are not scored."""
        return floor(min(PROBATION * len(self.values), PROBATION * 5_000))


def read(folder: Path) -> list[Series]:
    """The series of a folder: CSV files `timestamp,value`, and the windows of each by its path. Raises BadCorpus."""
    labels = next((folder / name for name in LABELS if (folder / name).is_file()), None)
    if labels is None:
        raise BadCorpus(f"{folder} has no labels: one of {', '.join(LABELS)} is needed")
    data = folder / "data" if (folder / "data").is_dir() else folder
    windows = json.loads(labels.read_text())
    present = sorted(name for name in windows if (data / name).is_file())
    if not present:
        raise BadCorpus(f"{labels} names {len(windows)} series, of which {data} has none")
    return [_series(data / name, name, windows[name]) for name in present]


def _series(path: Path, name: str, windows: Iterable[tuple[str, str]]) -> Series:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    times = [_time(row["timestamp"]) for row in rows]
    edges = [(_index(times, _time(a), path), _index(times, _time(b), path)) for a, b in windows]
    return Series(name, tuple(times), tuple(float(row["value"]) for row in rows), tuple(sorted(edges)))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _index(times: list[datetime], edge: datetime, path: Path) -> int:
    try:
        return times.index(edge)
    except ValueError:
        raise BadCorpus(f"{path}: a window ends at {edge}, which is no time of the series") from None


def sigmoid(position: float) -> float:
    """What a detection is worth: 0.99 at −1, the left edge of a window; 0 at its right edge; then below."""
    return -1.0 if position >= 3.0 else 2.0 / (1.0 + exp(5.0 * position)) - 1.0


def worths(series: Series) -> list[tuple[float, int | None]]:
    """Of each point what a detection is worth there, and in which window it is; one without probation."""
    told: list[tuple[float, int | None]] = [(-1.0, None)] * len(series.values)
    for number, (first, last) in enumerate(series.windows):
        wide = last - first + 1
        for i in range(first, last + 1):
            told[i] = (sigmoid(-(last - i + 1) / wide) / sigmoid(-1.0), number)
        ends = series.windows[number + 1][0] if number + 1 < len(series.windows) else len(told)
        for i in range(last + 1, ends):
            told[i] = (sigmoid((i - last) / max(wide - 1, 1)), None)
    return told


@dataclass(frozen=True, slots=True)
class Judged:
    """What was detected, ready to be scored: (score, worth, window) of every point past probation, by series."""

    name: str
    group: str
    points: tuple[tuple[float, float, int | None], ...]

    @property
    def windows(self) -> int:
        return len({window for _, _, window in self.points if window is not None})


def judge(series: Series, scores: Sequence[float]) -> Judged:
    """Put what a detector said of each point of a series beside what it is worth. Raises ValueError on lengths."""
    joined = zip(scores, worths(series), strict=True)
    points = tuple((score, *worth) for score, worth in joined)
    return Judged(series.name, series.group, points[series.probation :])


def raw(judged: Iterable[Judged], profile: Profile, threshold: float) -> float:
    """The sum of what detections at or above a threshold earn and cost."""
    total = 0.0
    for one in judged:
        found: dict[int, float] = {}
        for score, worth, window in one.points:
            if score < threshold:
                continue
            if window is None:
                total += profile.false_alarm * worth
            else:
                found[window] = max(found.get(window, -profile.missed), worth)
        total += sum(found.values()) - profile.missed * (one.windows - len(found))
    return total


def best_threshold(judged: Iterable[Judged], profile: Profile) -> float:
    """The one threshold for all series with the best sum; above every score when silence is best."""
    told = list(judged)
    points = sorted(
        ((*point, number) for number, one in enumerate(told) for point in one.points),
        key=lambda point: -point[0],
    )
    total = best = -profile.missed * sum(one.windows for one in told)
    threshold = points[0][0] + 1.0 if points else 1.0
    found: dict[tuple[int, int], float] = {}
    for i, (score, worth, window, number) in enumerate(points):
        if window is None:
            total += profile.false_alarm * worth
        else:
            before = found.get((number, window), -profile.missed)
            found[number, window] = max(before, worth)
            total += found[number, window] - before
        last_of_its_score = i + 1 == len(points) or points[i + 1][0] != score
        if last_of_its_score and total > best:
            best, threshold = total, score
    return threshold


def normalised(sum_: float, windows: int, profile: Profile) -> float:
    """A sum as a score: 0 for silence, 100 for every window found at its left edge and no false alarm."""
    null = -profile.missed * windows
    return 100.0 * (sum_ - null) / (windows - null) if windows else 0.0


def score(judged: Sequence[Judged], profile: Profile, threshold: float | None = None) -> float:
    """The score at a threshold; None takes the best one, as the benchmark does."""
    at = best_threshold(judged, profile) if threshold is None else threshold
    return normalised(raw(judged, profile, at), sum(one.windows for one in judged), profile)


def cross_validated(judged: Sequence[Judged], profile: Profile) -> float:
    """The score when each group is judged at the threshold that is best for all others."""
    total = 0.0
    for group in sorted({one.group for one in judged}):
        others = [one for one in judged if one.group != group]
        total += raw((one for one in judged if one.group == group), profile, best_threshold(others, profile))
    return normalised(total, sum(one.windows for one in judged), profile)
