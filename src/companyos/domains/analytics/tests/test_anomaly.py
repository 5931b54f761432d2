"""The detector of anomalies: what it finds, and what never changes what it says."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import sin, tau
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companyos.domains.analytics.rules.anomaly import BadPoint, Configuration, Detector, Verdict
from companyos.domains.analytics.rules.anomaly.ranked import Ranked

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
STEP = timedelta(minutes=15)
NUMBERS = st.lists(st.floats(-1e6, 1e6).map(lambda v: round(v, 3)), min_size=120, max_size=240)


def judged(values: Sequence[float], times: Sequence[datetime] | None = None) -> list[Verdict]:
    detector = Detector()
    when = times or [BEGIN + i * STEP for i in range(len(values))]
    return [detector.judge(at, value) for at, value in zip(when, values, strict=True)]


def daily(days: int, noise: float = 1.0) -> list[float]:
    """A daily wave of height 20 around 100, with noise."""
    random = Random(7)
    return [100 + 20 * sin(tau * i / 96) + random.gauss(0, noise) for i in range(days * 96)]


@given(NUMBERS, st.integers(1, 119))
@settings(max_examples=50, deadline=None)
def test_what_comes_later_changes_nothing(values: list[float], cut: int) -> None:
    assert judged(values)[:cut] == judged(values[:cut])


@given(st.integers(0, 2**32), st.sampled_from([2.0**-20, 0.5, 8.0, 2.0**20]), st.integers(-(10**4), 10**4))
@settings(max_examples=25, deadline=None)
def test_unit_and_origin_change_nothing(seed: int, unit: float, origin: int) -> None:
    random = Random(seed)
    values = [float(random.choice([0, 1, 2, 3, random.randint(0, 500)])) for _ in range(200)]
    plain = [one.score for one in judged(values)]
    scaled = [one.score for one in judged([unit * value for value in values])]
    moved = [one.score for one in judged([value + origin for value in values])]
    assert scaled == plain
    assert moved == pytest.approx(plain, abs=1e-6)


def test_scores_are_shares_and_bands_hold_nearly_all_of_a_calm_series() -> None:
    verdicts = judged(daily(14))
    assert all(0 <= one.score <= 1 for one in verdicts)
    inside = [one.low <= value <= one.high for one, value in zip(verdicts, daily(14), strict=True)
              if one.low is not None and one.high is not None]  # fmt: skip
    assert len(inside) > 12 * 96
    assert sum(inside) / len(inside) > 0.97


def test_the_band_follows_the_time_of_day() -> None:
    last = judged(daily(10))[-96:]
    centres = [(one.low + one.high) / 2 for one in last if one.low is not None and one.high is not None]
    assert max(centres) > 115
    assert min(centres) < 85


@pytest.mark.parametrize("flat", [0.0, 0.1, -7.3e9])
def test_a_flat_line_is_never_unusual_and_its_end_is(flat: float) -> None:
    verdicts = judged([flat] * 500 + [flat + abs(flat) + 1.0])
    assert not any(one.anomalous for one in verdicts[:-1])
    assert {one.score for one in verdicts[:-1]} == {0.0}
    assert verdicts[-1].anomalous
    assert "above" in verdicts[-1].why


def test_a_spike_is_told_once_and_in_words() -> None:
    values = daily(10)
    values[900:906] = [400.0] * 6
    verdicts = judged(values)
    found = [i for i, one in enumerate(verdicts) if one.anomalous]
    assert next(i for i in found if i >= 890) == 900
    assert len([i for i in found if i >= 890]) <= 2, "what follows belongs to the same event"
    assert "400" in verdicts[900].why
    assert "million" in verdicts[900].why
    assert "told before" in verdicts[901].why
    assert verdicts[850].why == "Nothing unusual."


def test_a_usual_value_at_an_unusual_time_is_found() -> None:
    values = daily(12)
    values[1040:1064] = [100 + 20 * sin(tau * 24 / 96)] * 24  # the height of noon, in the evening
    found = [i for i, one in enumerate(judged(values)) if one.anomalous]
    assert [i for i in found if i >= 1000]
    assert 1040 <= min(i for i in found if i >= 1000) < 1064
    assert "time of day" in judged(values)[min(i for i in found if i >= 1000)].why


def test_a_shift_of_level_is_found_and_becomes_usual() -> None:
    random = Random(3)
    values = [random.gauss(10, 1) for _ in range(800)] + [random.gauss(16, 1) for _ in range(3000)]
    found = [i for i, one in enumerate(judged(values)) if one.anomalous]
    assert any(800 <= i < 806 for i in found)
    assert not [i for i in found if i > 2400], "the new level is usual now"


def test_gaps_and_times_that_run_back_are_no_anomalies() -> None:
    values, times = daily(14), [BEGIN + i * STEP for i in range(14 * 96)]
    kept = [i for i in range(14 * 96) if not 600 <= i < 800 and i % 7]
    verdicts = judged([values[i] for i in kept], [times[i] for i in kept])
    assert sum(one.anomalous for one in verdicts) <= 1
    back = [at - timedelta(hours=1) if 1000 <= i < 1004 else at for i, at in enumerate(times)]
    assert sum(one.anomalous for one in judged(values, back)) <= 1


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_refused_in_words(value: float) -> None:
    detector = Detector()
    with pytest.raises(BadPoint, match="leave out points that are missing"):
        detector.judge(BEGIN, value)
    assert detector.judge(BEGIN, 1.0) == Detector().judge(BEGIN, 1.0), "and is not learnt from"


def test_what_cannot_be_squared_is_refused_in_words() -> None:
    with pytest.raises(BadPoint, match="use a larger unit"):
        Detector().judge(BEGIN, -1e200)


@given(st.lists(st.integers(-20, 20).map(float), min_size=1, max_size=60), st.integers(-25, 25), st.data())
def test_ranked_numbers_are_what_sorting_would_give(
    numbers: list[float], asked: int, data: st.DataObject
) -> None:
    ranked = Ranked(limit=20)
    for number in numbers:
        ranked.add(number)
    kept = numbers[-20:]
    assert ranked.ordered == sorted(kept)
    count = data.draw(st.integers(1, len(kept)))
    assert abs(ranked.nearest(asked, count) - asked) == sorted(abs(one - asked) for one in kept)[count - 1]
    assert ranked.at_least(asked) == sum(one >= asked for one in kept)
    with pytest.raises(IndexError):
        ranked.nearest(asked, len(kept) + 1)


def test_what_is_remembered_is_bounded() -> None:
    detector = Detector(Configuration(remembered=150))
    for i, value in enumerate(daily(14)):
        detector.judge(BEGIN + i * STEP, value)
    assert all(len(tail.seen) <= 150 for _, tail in detector._views)


def test_a_value_between_two_modes_is_found() -> None:
    random = Random(11)
    values = [random.choice([10.0, 90.0]) + random.gauss(0, 1) for _ in range(1500)]
    values[1400] = 50.0
    verdicts = judged(values)
    assert verdicts[1400].anomalous
    assert "nearest" in verdicts[1400].why


def test_a_time_without_zone_is_refused_in_words() -> None:
    with pytest.raises(BadPoint, match="no time zone"):
        Detector().judge(BEGIN.replace(tzinfo=None), 1.0)
