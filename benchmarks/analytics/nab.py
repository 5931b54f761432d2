"""How well are anomalies found in series that people have labelled?

Scored as the Numenta Anomaly Benchmark does, on the series of the folder that COMPANYOS_NAB names. Peers in the same
run, on the same series: silence, chance, a windowed Gaussian, relative entropy. Beside them stands what others
published; theirs is over all 58 series of the benchmark, so the same run on all 58 is the only fair comparison.
Figure: 65 in the standard profile, at the threshold that is frozen in the configuration.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from math import erfc, log, sqrt
from pathlib import Path
from random import Random
from statistics import fmean, pstdev

from companyos.domains.analytics.rules.anomaly import ALARM, Detector
from companyos.testing.nab import (
    PROFILES,
    STANDARD,
    BadCorpus,
    Judged,
    Series,
    cross_validated,
    judge,
    read,
    score,
)

WANTED, WHOLE, NOT_MEASURED = 65.0, 58, 3
SCOREBOARD = "https://github.com/numenta/NAB#scoreboard"
PUBLISHED = {
    "ARTime": (74.9, 65.1, 80.4),
    "Numenta HTM": (70.1, 62.2, 74.7),
    "CAD OSE": (69.9, 67.0, 73.2),
    "KNN CAD": (58.0, 43.4, 64.8),
    "relative entropy": (54.6, 47.6, 58.8),
    "random cut forest": (51.7, 38.4, 59.7),
    "Twitter ADVec": (47.1, 33.6, 53.5),
    "windowed Gaussian": (39.6, 20.9, 47.4),
    "random": (11.0, 1.2, 19.5),
}
"""Standard, reward_low_FP, reward_low_FN over all 58 series; of the range given for HTM the middle."""

MISSING = """COMPANYOS_NAB names no folder with series, so nothing was measured. To measure:
  git clone https://github.com/numenta/NAB
  COMPANYOS_NAB=NAB make bench ONLY=analytics/nab
Any folder will do that holds CSV files `timestamp,value` (in it or under data/) and windows.json, or
labels/combined_windows.json: for each file its anomalous windows, [["first time", "last time"], …]."""


def companyos(series: Series) -> list[float]:
    detector = Detector()
    points = zip(series.times, series.values, strict=True)
    return [detector.judge(at, value).score for at, value in points]


def silence(series: Series) -> list[float]:
    return [0.0] * len(series.values)


def chance(series: Series) -> list[float]:
    random = Random(series.name)
    return [random.random() for _ in series.values]


def gaussian(series: Series, window: int = 6_400, step: int = 100) -> list[float]:
    """How far out in a normal distribution of the last points; its mean and width are renewed every `step`."""
    scores, mean, deviation = [], 0.0, 0.0
    for i, value in enumerate(series.values):
        far = abs(value - mean) / deviation if deviation else 0.0
        scores.append(1.0 - erfc(far / sqrt(2)) / 2 if i >= step else 0.0)
        if (i + 1) % step == 0:
            past = series.values[max(0, i + 1 - window) : i + 1]
            mean, deviation = fmean(past), pstdev(past)
    return scores


def entropy(series: Series, bins: int = 5, window: int = 52, far: float = 13.28) -> list[float]:
    """1 when the last points are spread over bins as no earlier ones were (Wang and others, 2011: multinomial test).

    `far` is the 99 % quantile of chi squared with `bins` − 1 degrees of freedom. As in the benchmark, it may know the
    range of the whole series; ours may not. Every kind of window is told once.
    """
    low, high = min(series.values), max(series.values)
    places = [min(int((v - low) / (high - low or 1.0) * bins), bins - 1) for v in series.values]
    known: list[list[float]] = []
    scores = [0.0] * len(places)
    for end in range(window, len(places) + 1):
        shares = [places[end - window : end].count(b) / window for b in range(bins)]
        if all(2 * window * _divergence(shares, one) > far for one in known):
            scores[end - 1] = float(bool(known))
            known.append(shares)
    return scores


def _divergence(shares: list[float], others: list[float]) -> float:
    return sum(p * log(p / max(q, 1e-6)) for p, q in zip(shares, others, strict=True) if p)


DETECTORS: dict[str, Callable[[Series], list[float]]] = {
    "companyos": companyos,
    "silence": silence,
    "chance": chance,
    "windowed Gaussian": gaussian,
    "relative entropy": entropy,
}


def told(name: str, scores: Sequence[float], note: str = "") -> str:
    return f"{name:<34}" + "".join(f"{one:>15.1f}" for one in scores) + note


def each(judged: Sequence[Judged]) -> str:
    """Score and counts of each group, at the frozen threshold."""
    lines = []
    for group in sorted({one.group for one in judged}):
        of = [one for one in judged if one.group == group]
        false = sum(s >= ALARM and w is None for one in of for s, _, w in one.points)
        windows = sum(one.windows for one in of)
        found = sum(len({w for s, _, w in one.points if s >= ALARM and w is not None}) for one in of)
        reached = f"{score(of, STANDARD, ALARM):6.1f}" if windows else "     –"
        lines.append(
            f"  {group:<26}{reached}  {found} of {windows} windows, {false} false alarms, {len(of)} series"
        )
    return "\n".join(lines)


def main() -> int:
    folder = os.environ.get("COMPANYOS_NAB", "")
    if not folder:
        print(MISSING)
        return NOT_MEASURED
    try:
        corpus = read(Path(folder))
    except BadCorpus as bad:
        print(f"{bad}\n{MISSING}", file=sys.stderr)
        return 2
    points = sum(len(series.values) for series in corpus)
    print(f"{len(corpus)} series, {points} points, {sum(len(s.windows) for s in corpus)} labelled windows")
    print(f"{'':<34}" + "".join(f"{profile.name:>15}" for profile in PROFILES))
    frozen = 0.0
    for name, detect in DETECTORS.items():
        began = time.process_time()
        judged = [judge(series, detect(series)) for series in corpus]
        took = f"   {(time.process_time() - began) / points * 1e6:.0f} µs a point"
        if name == "companyos":
            frozen = score(judged, STANDARD, ALARM)
            print(told("companyos, frozen threshold", [score(judged, p, ALARM) for p in PROFILES], took))
            print(told("companyos, cross-validated", [cross_validated(judged, p) for p in PROFILES]))
            groups = each(judged)
        print(told(f"{name}, best threshold", [score(judged, p) for p in PROFILES], took))
    print(f"companyos by group, standard, frozen threshold\n{groups}")
    print(f"published, all {WHOLE} series, best threshold ({SCOREBOARD})")
    for name, scores in PUBLISHED.items():
        print(told(f"  {name}", scores))
    if len(corpus) != WHOLE:
        print(
            f"{len(corpus)} of the {WHOLE} series were measured: not the same question as the published one."
        )
    print(
        f"figure ≥ {WANTED:.0f} standard, frozen threshold: {frozen:.1f} {'met' if frozen >= WANTED else 'missed'}"
    )
    return 0 if frozen >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
