"""Maintenance changes the files and never the answers."""

import os
import uuid
from datetime import timedelta
from pathlib import Path

from companyos.kernel.ports.lake import LakeTable, Scan, Upkeep

from .conftest import ACME, GLOBEX, NOON, SCHEMA, rows

DAY = timedelta(days=1)
SUM = """
    select tenant_id, "at", name, sum(value)::bigint as value, flatten(list(buckets)) as buckets
    from rows group by tenant_id, "at", name
"""


async def answers(lake, table):
    found = [await lake.scan(Scan(table, t, NOON - 99 * DAY, NOON + DAY)) for t in (ACME, GLOBEX)]
    return [sorted(zip(f["at"].to_pylist(), f["value"].to_pylist(), strict=True)) for f in found]


def files_of(tmp_path, table):
    return [p for p in (tmp_path / "lake").rglob("*.parquet") if table.name.split(".")[1] in str(p)]


async def test_compaction_keeps_answers_and_mark_and_deletes_what_it_replaced(lake, table, tmp_path):
    for n in range(10):
        await lake.append(table, rows((ACME, NOON, "a", n), (GLOBEX, NOON, "b", n)), mark=(n, n + 1))
    await lake.append(table, rows((ACME, NOON - DAY, "y", 99)))
    before = await answers(lake, table)
    report = await lake.upkeep(table, Upkeep(keep=90 * DAY, compact_from=4), now=NOON)
    assert (report.days_compacted, report.files_before, report.files_after) == (2, 21, 3)
    assert await answers(lake, table) == before
    assert await lake.mark(table) == 10
    assert len(files_of(tmp_path, table)) == 23  # still within grace: a running query may read them

    await lake.upkeep(table, Upkeep(keep=90 * DAY, grace=timedelta(0)), now=NOON + 365 * DAY - 365 * DAY)
    late = await lake.upkeep(table, Upkeep(keep=900 * DAY, grace=timedelta(0)), now=NOON + 400 * DAY)
    assert late.files_deleted > 20
    assert len(files_of(tmp_path, table)) == 3
    assert await answers(lake, table) == before
    await lake.append(table, rows((ACME, NOON, "z", 1)), mark=(10, 11))
    assert len((await answers(lake, table))[0]) == 12


async def test_retention_drops_whole_days(lake, table):
    await lake.append(table, rows(*((ACME, NOON - n * DAY, "a", n) for n in range(10))))
    report = await lake.upkeep(table, Upkeep(keep=5 * DAY), now=NOON)
    assert report.days_dropped == 4
    assert [v for _, v in (await answers(lake, table))[0]] == [5, 4, 3, 2, 1, 0]


async def test_a_roll_up_is_added_up(lake):
    table = LakeTable(f"test.r{uuid.uuid4().hex}", SCHEMA, merge=SUM)
    await lake.ensure(table)
    for n in range(8):
        await lake.append(table, rows((ACME, NOON, "a", n), (ACME, NOON, "b", 1)))
    await lake.upkeep(table, Upkeep(keep=90 * DAY), now=NOON)
    found = await lake.scan(Scan(table, ACME, NOON, NOON + DAY))
    assert dict(zip(found["name"].to_pylist(), found["value"].to_pylist(), strict=True)) == {"a": 28, "b": 8}
    assert sorted(found["buckets"].to_pylist()[found["name"].to_pylist().index("a")]) == list(range(8))


async def test_orphans_go_after_the_grace_and_nothing_named_does(lake, table, tmp_path):
    await lake.append(table, rows((ACME, NOON, "a", 1)))
    orphan = files_of(tmp_path, table)[0].with_name("orphan.parquet")
    orphan.write_bytes(b"left by a crash")
    os.utime(orphan, (NOON.timestamp(), NOON.timestamp()))
    assert (await lake.upkeep(table, Upkeep(keep=90 * DAY), now=NOON)).files_deleted == 0
    assert (await lake.upkeep(table, Upkeep(keep=90 * DAY), now=NOON + DAY / 24)).files_deleted == 1
    assert not Path(orphan).exists()
    assert (await answers(lake, table))[0][0][1] == 1
