"""Made-up events: the same for the same seed, accepted by intake, and of two lives that differ."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from typer.testing import CliRunner

from companyos.app.compose import parts
from companyos.domains.analytics.commands import analytics
from companyos.domains.analytics.rules.envelope import Envelope, read
from companyos.domains.analytics.rules.generator import HIGH, LOW, SHAPES, events
from companyos.domains.analytics.rules.judging import Bounds, Judge, Known, Owner
from companyos.domains.analytics.seed import made_up
from companyos.kernel.demo import ACME, HISTORY, HOME, Demo
from companyos.spines.data.builtin import builtin
from companyos.spines.data.rules.compiling import compiled

LAST = date(2026, 11, 21)
NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


def ndjson(*more: str) -> bytes:
    told = CliRunner().invoke(analytics, ["generate", "--until", str(LAST), "--days", "3", *more])
    assert told.exit_code == 0, told.output
    return told.stdout_bytes


def test_the_same_seed_is_the_same_bytes_and_another_seed_is_not() -> None:
    for shape in SHAPES:
        one = ndjson("--tenant-shape", shape, "--seed", "7", "--faulty", "0.1")
        assert one == ndjson("--tenant-shape", shape, "--seed", "7", "--faulty", "0.1")
        assert one != ndjson("--tenant-shape", shape, "--seed", "8", "--faulty", "0.1")
    assert isinstance(read(one.splitlines()[0]), Envelope)


def test_a_day_does_not_depend_on_the_days_that_are_asked_for() -> None:
    whole = [one for one in events(HIGH, 3, LAST - timedelta(days=9), 10) if one.at and one.at.date() == LAST]
    assert whole == list(events(HIGH, 3, LAST, 1))
    assert len({one.id for one in whole}) == len(whole) > 50


def test_everything_is_accepted_but_what_is_spoiled_on_purpose() -> None:
    owner = Owner(HOME.id, "prod", "test", "eu")
    ours = builtin(parts())
    known = {(name, ""): Known(compiled(versions[max(versions)])) for name, versions in ours.items()}
    judge = Judge(owner, NOW, Bounds(timedelta(days=1), timedelta(days=400), 65_536), known)
    for shape in (HIGH, LOW):
        assert not [one for one in events(shape, 3, LAST - timedelta(days=2), 3) if judge.faults(one)]
    spoiled = [judge.faults(one) for one in events(HIGH, 3, LAST, 1, faulty=1.0)]
    assert all(spoiled)
    assert {faults[0].code for faults in spoiled} > {"unknown_field", "wrong_type"}


def test_the_tenants_lead_different_lives_that_end_now() -> None:
    demo = Demo(20, NOW)
    high = list(made_up(demo, HOME, "prod", NOW - HISTORY))
    low = list(made_up(demo, ACME, "prod", NOW - HISTORY))
    assert len(high) > 10 * len(low) > 1000
    assert _days_a_person(high) > 2 * _days_a_person(low)
    assert (
        min(one.at for one in high if one.at) >= NOW - HISTORY and max(one.at for one in high if one.at) < NOW
    )
    assert {one.region for one in high} == {"eu-central"} and {one.region for one in low} == {"us-east"}
    lately = NOW - timedelta(hours=2)
    assert list(made_up(demo, HOME, "prod", lately)) == [one for one in high if one.at and one.at >= lately]


def _days_a_person(told: list[Envelope]) -> float:
    days = Counter(user for user, _ in {(one.user_id, one.at.date()) for one in told if one.at})
    return sum(days.values()) / len(days)
