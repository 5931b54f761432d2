"""What every Stream promises; each adapter must pass unchanged."""

import asyncio
import os
from datetime import UTC, datetime, timedelta

import pytest

from companyos.kernel.ports.stream import Record, RecordTooLarge

HOUR = timedelta(hours=1)


async def test_what_is_appended_is_read_back_in_order_with_headers(stream, topic):
    first = await stream.append(topic, [Record(b"one", {"tenant": "a"}), Record(b"", {})])
    second = await stream.append(topic, [Record(b"\x00\xff" * 100, {"kind": "bytes"})])
    found = await stream.read(topic, 0)
    assert (first, second) == (2, 3)
    assert [s.offset for s in found] == [1, 2, 3]
    assert [s.record.body for s in found] == [b"one", b"", b"\x00\xff" * 100]
    assert [s.record.headers for s in found] == [{"tenant": "a"}, {}, {"kind": "bytes"}]


async def test_reading_goes_on_after_an_offset_and_ends_empty(stream, topic):
    await stream.append(topic, [Record(str(n).encode()) for n in range(10)])
    assert [s.record.body for s in await stream.read(topic, 7)] == [b"7", b"8", b"9"]
    assert await stream.read(topic, 10) == []
    assert await stream.read(topic, 99) == []


async def test_a_small_read_still_makes_progress_through_everything(stream, topic):
    for n in range(50):
        await stream.append(topic, [Record(os.urandom(1000) + bytes([n]))])
    seen, after = [], 0
    while found := await stream.read(topic, after, max_bytes=1):
        seen += [s.record.body[-1] for s in found]
        after = found[-1].offset
    assert seen == list(range(50))


async def test_many_appenders_at_once_get_their_own_offsets(stream, topic):
    bodies = [f"b{n}".encode() for n in range(200)]
    offsets = await asyncio.gather(*(stream.append(topic, [Record(b)]) for b in bodies))
    by_offset = {s.offset: s.record.body for s in await stream.read(topic, 0)}
    assert sorted(offsets) == list(range(1, 201))
    assert [by_offset[o] for o in offsets] == bodies


async def test_records_of_one_append_stay_together(stream, topic):
    groups = [[Record(f"{g}.{n}".encode()) for n in range(20)] for g in range(10)]
    await asyncio.gather(*(stream.append(topic, group) for group in groups))
    bodies = [s.record.body for s in await stream.read(topic, 0)]
    for start in range(0, 200, 20):
        together = {b.split(b".")[0] for b in bodies[start : start + 20]}
        assert len(together) == 1


async def test_topics_are_apart(stream, topic):
    await stream.append(topic + ".a", [Record(b"a")])
    await stream.append(topic + ".b", [Record(b"b")])
    assert [s.record.body for s in await stream.read(topic + ".b", 0)] == [b"b"]


async def test_a_reader_finds_its_offset_again(stream, topic):
    assert await stream.committed(topic, "lake") == 0
    await stream.append(topic, [Record(b"x")] * 5)
    await stream.commit(topic, "lake", 3)
    await stream.commit(topic, "other", 1)
    await stream.commit(topic, "lake", 4)
    assert await stream.committed(topic, "lake") == 4
    assert await stream.committed(topic, "other") == 1


async def test_waiting_ends_when_a_record_comes_or_time_is_up(stream, topic):
    assert not await stream.wait(topic, 0, seconds=0.05)
    waiting = asyncio.create_task(stream.wait(topic, 0, seconds=60))
    await asyncio.sleep(0.02)
    await stream.append(topic, [Record(b"x")])
    assert await waiting


async def test_the_extent_tells_what_is_there(stream, topic):
    empty = await stream.extent(topic)
    assert empty.first == empty.last + 1
    await stream.append(topic, [Record(os.urandom(5000))] * 3)
    extent = await stream.extent(topic)
    assert (extent.first, extent.last) == (1, 3)
    assert extent.bytes > 5000


async def test_retention_by_size_forgets_the_oldest_but_nothing_unread(stream, topic):
    for _ in range(40):
        await stream.append(topic, [Record(os.urandom(4000))])
    long_ago = datetime.now(UTC) - HOUR
    assert await stream.retain(topic, before=long_ago, max_bytes=50_000, upto=0) == 0
    forgotten = await stream.retain(topic, before=long_ago, max_bytes=80_000, upto=40)
    extent = await stream.extent(topic)
    assert 15 <= forgotten <= 30
    assert extent.first == forgotten + 1
    assert extent.last == 40
    assert (await stream.read(topic, 0))[0].offset == extent.first
    assert await stream.append(topic, [Record(b"next")]) == 41


async def test_retention_by_age_forgets_what_is_older(stream, topic):
    for _ in range(20):
        await stream.append(topic, [Record(os.urandom(4000))])
    assert await stream.retain(topic, before=datetime.now(UTC) - HOUR, max_bytes=1 << 40, upto=20) == 0
    assert await stream.retain(topic, before=datetime.now(UTC) + HOUR, max_bytes=1 << 40, upto=10) > 0
    extent = await stream.extent(topic)
    assert 1 < extent.first <= 11


async def test_too_large_a_record_is_refused_whole(stream, topic):
    limit = 64 << 20 if type(stream).__name__ == "FileStream" else 8 << 20
    with pytest.raises(RecordTooLarge, match=str(limit)):
        await stream.append(topic, [Record(b"small"), Record(bytes(limit + 1))])
    assert await stream.read(topic, 0) == []


@pytest.mark.parametrize("name", ["", "a/b", "../up", "a..b", "with space"])
async def test_a_topic_that_is_no_topic_is_refused(stream, name):
    with pytest.raises(ValueError, match="topic"):
        await stream.append(name, [Record(b"x")])


async def test_it_says_whether_it_is_writable(stream):
    await stream.writable()


async def test_what_is_to_be_forgotten_goes_however_young_it_is(stream, topic):
    for number in range(1, 4):
        await stream.append(topic, [Record(f"{number}".encode())])
    assert await stream.forget(topic, 3) == 3
    extent = await stream.extent(topic)
    assert (extent.first, extent.last) == (4, 3)
    assert await stream.forget(topic, 3) == 0
    assert await stream.append(topic, [Record(b"4")]) == 4
    assert [one.offset for one in await stream.read(topic, 0)] == [4]
    await stream.append(topic, [Record(b"5")])
    await stream.forget(topic, 4)
    assert [one.offset for one in await stream.read(topic, 4)] == [5], "what is above stays"
    assert await stream.forget(topic, 5) > 0 and await stream.read(topic, 0) == []
