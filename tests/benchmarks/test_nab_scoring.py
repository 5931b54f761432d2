"""The scores of the Numenta Anomaly Benchmark: its fixed points, a case worked by hand, and what cannot be scored."""

import json
from datetime import UTC, datetime, timedelta
from math import exp
from pathlib import Path

import pytest

from companyos.testing.nab import (
    PROFILES,
    STANDARD,
    BadCorpus,
    Profile,
    Series,
    best_threshold,
    cross_validated,
    judge,
    raw,
    read,
    score,
    sigmoid,
)

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def series(
    name: str = "real/one.csv", length: int = 100, windows: tuple[tuple[int, int], ...] = ((40, 49),)
) -> Series:
    times = tuple(BEGIN + timedelta(minutes=i) for i in range(length))
    return Series(name, times, (0.0,) * length, windows)


def at(*points: int, length: int = 100) -> list[float]:
    return [float(i in points) for i in range(length)]


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.name)
def test_a_perfect_detector_reaches_100_and_silence_0(profile: Profile) -> None:
    corpus = [
        series(),
        series("real/two.csv", windows=((30, 39), (70, 89))),
        series("art/three.csv", windows=()),
    ]
    perfect = [judge(one, at(*(first for first, _ in one.windows))) for one in corpus]
    assert score(perfect, profile) == pytest.approx(100)
    assert score([judge(one, at()) for one in corpus], profile) == 0
    assert cross_validated([judge(one, at()) for one in corpus], profile) == 0


def test_detections_are_worth_what_was_worked_out_by_hand() -> None:
    def worth(position: float) -> float:
        return 2 / (1 + exp(5 * position)) - 1

    one = series()
    early, late = worth(-10 / 10) / worth(-1), worth(-1 / 10) / worth(-1)
    assert raw([judge(one, at(40))], STANDARD, 0.5) == pytest.approx(early)
    assert raw([judge(one, at(49))], STANDARD, 0.5) == pytest.approx(late)
    assert raw([judge(one, at(40, 41, 49))], STANDARD, 0.5) == pytest.approx(early), "only the first counts"
    assert raw([judge(one, at(20))], STANDARD, 0.5) == pytest.approx(-1 - 0.11)
    assert raw([judge(one, at(53))], STANDARD, 0.5) == pytest.approx(-1 + 0.11 * worth(4 / 9)), "just after"
    assert raw([judge(one, at(90))], STANDARD, 0.5) == pytest.approx(-1 - 0.11), "long after"
    assert raw([judge(one, at(14))], STANDARD, 0.5) == -1, "probation is not scored"
    low_misses = PROFILES[2]
    assert raw([judge(one, at(20))], low_misses, 0.5) == pytest.approx(-2 - 0.11)


def test_probation_is_a_share_of_5000_points_at_most() -> None:
    assert series(length=100).probation == 15
    assert series(length=20_000).probation == 750


def test_one_threshold_is_the_best_for_all() -> None:
    scores = [0.0] * 100
    scores[41], scores[60] = 0.6, 0.9
    assert best_threshold([judge(series(), scores)], STANDARD) == 0.6, "a false alarm is cheaper than a miss"
    scores[41], scores[60] = 0.9, 0.6
    assert best_threshold([judge(series(), scores)], STANDARD) == 0.9
    quiet = judge(series(windows=()), scores)
    assert best_threshold([quiet], STANDARD) > 0.9, "silence is best where nothing is to be found"


def test_cross_validation_does_not_let_a_group_choose_its_own_threshold() -> None:
    clear, faint = [0.0] * 100, [0.0] * 100
    clear[40], faint[40] = 0.9, 0.1
    judged = [judge(series("a/one.csv"), clear), judge(series("b/two.csv"), faint)]
    assert score(judged, STANDARD) == pytest.approx(100)
    assert cross_validated(judged, STANDARD) == pytest.approx(50), "b is silent at the threshold of a"


def test_the_sigmoid_has_the_published_fixed_points() -> None:
    assert sigmoid(-1.0) == pytest.approx(0.98661, abs=1e-5)
    assert sigmoid(-0.5) == pytest.approx(0.84828, abs=1e-5)
    assert sigmoid(0.0) == 0
    assert sigmoid(1.0) == pytest.approx(-0.98661, abs=1e-5)
    assert sigmoid(3.0) == -1


@pytest.mark.parametrize("labels", ["windows.json", "labels/combined_windows.json"])
def test_a_folder_is_read_in_both_shapes(tmp_path: Path, labels: str) -> None:
    data = tmp_path / "data" if "/" in labels else tmp_path
    (data / "real").mkdir(parents=True)
    (tmp_path / labels).parent.mkdir(exist_ok=True)
    rows = [f"2026-01-01 00:{i:02}:00,{i}" for i in range(60)]
    (data / "real/one.csv").write_text("\n".join(["timestamp,value", *rows]))
    window = ["2026-01-01 00:20:00.000000", "2026-01-01 00:29:00.000000"]
    (tmp_path / labels).write_text(json.dumps({"real/one.csv": [window], "real/absent.csv": []}))
    (one,) = read(tmp_path)
    assert (one.name, one.group, one.windows, one.values[7]) == ("real/one.csv", "real", ((20, 29),), 7.0)


def test_what_cannot_be_scored_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadCorpus, match="has no labels"):
        read(tmp_path)
    (tmp_path / "windows.json").write_text(
        json.dumps({"one.csv": [["2026-01-01 00:00:30", "2026-01-01 00:01:00"]]})
    )
    with pytest.raises(BadCorpus, match="has none"):
        read(tmp_path)
    (tmp_path / "one.csv").write_text("timestamp,value\n2026-01-01 00:00:00,1\n2026-01-01 00:01:00,2\n")
    with pytest.raises(BadCorpus, match="no time of the series"):
        read(tmp_path)
    with pytest.raises(ValueError, match="zip"):
        judge(series(), [0.0])
