"""Exactly once: a house killed under load, a feed that starts again, ids that came before."""

import uuid
from array import array
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from companyos.adapters.stream.file import FileStream
from companyos.domains.analytics.rules.dead import DeadLetter
from companyos.domains.analytics.rules.envelope import Envelope
from companyos.domains.analytics.rules.judging import Owner
from companyos.domains.analytics.settings import AnalyticsSettings
from companyos.domains.analytics.store.feed import EventFeed
from companyos.domains.analytics.store.records import records
from companyos.domains.analytics.store.seen import Seen, fingerprints
from companyos.domains.analytics.tables import DEAD_LETTERS, EVENTS, IDS_TOPIC, TOPIC
from companyos.spines.data.rules.fault import Fault
from companyos.testing.houses import settings_on
from companyos.testing.postgres import TestServer

from .kills import survive

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OWNER = Owner(uuid.UUID(int=1), "prod", "shop", "eu")
KILLS = 1


@pytest.mark.timeout(600)
async def test_a_house_that_is_killed_under_load_keeps_each_acknowledged_event_once(
    postgres: TestServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name = postgres.create(template)
    load = await survive(settings_on(postgres, name, tmp_path_factory), KILLS)
    assert len(load.acknowledged) > 10 * KILLS and load.repeated > 0
    postgres.drop(name)


def batch(*ids: str, now: datetime = NOW, owner: Owner = OWNER) -> list:
    return records(owner, now, [Envelope(id=id, event="shop.bought", at=now) for id in ids], [])


async def follow(feed: EventFeed, stream: FileStream, after: int) -> tuple[list[str], int]:
    """The ids of rows that a feed makes of the records above an offset, and the last offset."""
    stored = await stream.read(TOPIC, after)
    return feed.decode(stored)[EVENTS.name]["id"].to_pylist(), stored[-1].offset


async def test_a_feed_that_starts_again_knows_what_is_in_the_lake(tmp_path: Path) -> None:
    stream, settings = FileStream(tmp_path), AnalyticsSettings()
    feed = EventFeed(stream, settings)
    await feed.begin(0)
    await stream.append(TOPIC, batch("a", "b", "a"))
    ids, first = await follow(feed, stream, 0)
    assert ids == ["a", "b"]
    await feed.settled(first)
    await stream.append(TOPIC, batch("b", "c"))
    ids, second = await follow(feed, stream, first)
    assert ids == ["c"]
    await stream.append(TOPIC, batch("a", "b", "c", "d"))
    for mark in (first, second):  # killed after the page was written; killed between the rows and the page
        again = EventFeed(stream, settings)
        await again.begin(mark)
        ids, _ = await follow(again, stream, mark)
        assert ids == (["c", "d"] if mark == first else ["d"])
    await stream.close()


async def test_pages_of_rows_that_a_lake_from_a_backup_does_not_have_are_not_believed(tmp_path: Path) -> None:
    stream = FileStream(tmp_path)
    feed = EventFeed(stream, AnalyticsSettings())
    await feed.begin(0)
    await stream.append(TOPIC, batch("a"))
    _, last = await follow(feed, stream, 0)
    await feed.settled(last)
    again = EventFeed(stream, AnalyticsSettings())
    await again.begin(0)
    assert (await follow(again, stream, 0))[0] == ["a"]
    await stream.close()


async def test_a_torn_segment_costs_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    stream = FileStream(tmp_path)
    await stream.append(TOPIC, batch("a"))
    await stream.append(TOPIC, batch("b"))
    await stream.close()
    [segment] = (tmp_path / TOPIC).glob("*.seg")
    with segment.open("ab") as file:
        file.write(segment.read_bytes()[: segment.stat().st_size // 3])
    stream = FileStream(tmp_path)
    feed = EventFeed(stream, AnalyticsSettings())
    await feed.begin(0)
    assert (await follow(feed, stream, 0))[0] == ["a", "b"] and stream.torn
    assert await stream.append(TOPIC, batch("c")) == 3
    assert (await follow(feed, stream, 2))[0] == ["c"]
    await stream.close()


async def test_dead_letters_and_events_of_a_batch_are_one_append(tmp_path: Path) -> None:
    stream = FileStream(tmp_path)
    letter = DeadLetter("x", "shop.sold", "", Fault("/id", "bad_id", "It has no id."), "{}")
    made = records(OWNER, NOW, [Envelope(id="a", event="shop.bought", at=NOW)], [letter])
    await stream.append(TOPIC, made)
    feed = EventFeed(stream, AnalyticsSettings())
    await feed.begin(0)
    rows = feed.decode(await stream.read(TOPIC, 0))
    assert rows[EVENTS.name]["at"].to_pylist() == [NOW]
    [dead] = rows[DEAD_LETTERS.name].to_pylist()
    assert (dead["id"], dead["code"], dead["at"], dead["producer"]) == ("x", "bad_id", NOW, "shop")
    await stream.close()


def prints(*ids: str) -> "array[int]":
    return fingerprints(b"tenant", ids)


def test_ids_are_known_for_a_generation_and_the_next_and_then_forgotten() -> None:
    seen = Seen(1000)
    assert seen.new(7, prints("a", "b", "a")) == [True, True, False]
    assert seen.new(8, prints("a", "c")) == [False, True]
    assert seen.new(9, prints("a", "c")) == [True, False]
    assert seen.repeats == 3


def test_a_clock_that_jumps_ahead_and_back_makes_nothing_forgotten() -> None:
    seen = Seen(1000)
    seen.new(7, prints("a"))
    assert seen.new(400, prints("a", "b")) == [False, True]
    assert seen.new(7, prints("a", "b", "c")) == [False, False, True]


def test_too_many_ids_shorten_the_time_and_are_counted() -> None:
    seen = Seen(1000)
    for start in range(0, 5000, 500):
        assert all(seen.new(1, prints(*(f"id-{n}" for n in range(start, start + 500)))))
    assert seen.count <= 2000 and seen.shortened == 4
    assert not any(seen.new(1, prints(*(f"id-{n}" for n in range(4500, 5000)))))


def test_a_million_ids_are_told_apart() -> None:
    seen = Seen(1 << 24)
    ids = [str(uuid.UUID(int=n << 64 | n)) for n in range(1_000_000)]
    assert all(seen.new(1, prints(*ids))) and not any(seen.new(1, prints(*ids)))


async def test_pages_are_forgotten_after_their_time_and_the_newest_is_kept(tmp_path: Path) -> None:
    stream = FileStream(tmp_path, segment_bytes=1)
    feed = EventFeed(stream, AnalyticsSettings(repeat_hours=1e-9))
    await feed.begin(0)
    upto = 0
    for n in range(4):
        await stream.append(TOPIC, batch(f"id-{n}", now=NOW + timedelta(hours=n)))
        _, upto = await follow(feed, stream, upto)
        await feed.settled(upto)
    extent = await stream.extent(IDS_TOPIC)
    assert extent.last - extent.first < 3
    await stream.close()
