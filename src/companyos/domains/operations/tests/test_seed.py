"""The demo's past is the same for the same seed, whenever and however often it is told."""

from datetime import UTC, datetime, timedelta
from itertools import islice

from companyos.domains.operations.seed.history import reports_of
from companyos.domains.operations.seed.product import BANK, CLOUD
from companyos.domains.operations.seed.story import faults_of
from companyos.domains.operations.seed.traffic import traffic
from companyos.kernel.demo import ACME, HISTORY, HOME, Demo

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
STEP = timedelta(minutes=5)


def test_the_same_seed_tells_the_same_story_and_another_seed_another() -> None:
    one, again, other = Demo(20, NOW), Demo(20, NOW), Demo(21, NOW)
    assert reports_of(one, HOME, CLOUD) == reports_of(again, HOME, CLOUD)
    assert reports_of(one, HOME, CLOUD) != reports_of(other, HOME, CLOUD)


def test_traffic_of_a_moment_does_not_depend_on_when_it_is_asked() -> None:
    start = NOW - timedelta(hours=6)
    whole = [
        row for row in traffic(20, HOME, CLOUD, start, NOW, STEP) if row["at"] >= NOW - timedelta(hours=1)
    ]
    assert whole == list(traffic(20, HOME, CLOUD, NOW - timedelta(hours=1), NOW, STEP))


def test_a_row_adds_up() -> None:
    for row in islice(traffic(20, ACME, BANK, NOW - timedelta(hours=2), NOW, STEP), 500):
        assert sum(row["counts"]) == row["count"] > 0
        assert 0 <= row["errors"] <= row["count"]
        assert len(row["buckets"]) == len(row["counts"])


def test_the_tenants_lead_different_lives() -> None:
    demo = Demo(20, NOW)
    cloud, bank = reports_of(demo, HOME, CLOUD), reports_of(demo, ACME, BANK)
    assert len(cloud) > 5 * len(bank) > 0
    moments = [r.started_at for r in cloud if r.started_at]
    assert max(moments) <= NOW and min(moments) >= NOW - HISTORY - timedelta(days=3)
    faults = [f for s in CLOUD for f in faults_of(20, s, NOW - HISTORY, NOW)]
    assert faults and all(f.length >= timedelta(minutes=12) for f in faults)
