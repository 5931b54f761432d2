"""What every Lake promises."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from companyos.kernel.ports.lake import LakeTable, MarkMoved, Scan, Where

from .conftest import ACME, GLOBEX, NOON, SCHEMA, rows

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def values(found):
    return sorted(found["value"].to_pylist())


def everything(table, tenant=ACME, **more):
    return Scan(table, tenant, NOON - 30 * DAY, NOON + 30 * DAY, **more)


async def test_an_empty_table_scans_empty_with_its_columns(lake, table):
    found = await lake.scan(everything(table))
    assert found.num_rows == 0
    assert found.column_names == SCHEMA.names


async def test_appended_rows_are_seen_at_once_and_only_by_their_tenant(lake, table):
    await lake.append(table, rows((ACME, NOON, "a", 1), (GLOBEX, NOON, "b", 2), (ACME, NOON - DAY, "c", 3)))
    assert values(await lake.scan(everything(table))) == [1, 3]
    assert values(await lake.scan(everything(table, GLOBEX))) == [2]


async def test_time_is_half_open_and_exact(lake, table):
    await lake.append(table, rows(*((ACME, NOON + n * HOUR, "a", n) for n in range(24))))
    assert values(await lake.scan(Scan(table, ACME, NOON + 2 * HOUR, NOON + 5 * HOUR))) == [2, 3, 4]
    midnight = NOON + 12 * HOUR
    assert values(await lake.scan(Scan(table, ACME, midnight, midnight + HOUR))) == [12]
    assert values(await lake.scan(Scan(table, ACME, midnight - HOUR, midnight))) == [11]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Where("name", "=", "b"), [2]),
        (Where("name", "!=", "b"), [1, 3]),
        (Where("value", ">=", 2), [2, 3]),
        (Where("value", "<", 2), [1]),
        (Where("name", "in", ("a", "C'")), [1, 3]),
        (Where("name", "contains", "c"), [3]),
        (Where("name", "=", "b' or 1=1 --"), []),
    ],
)
async def test_conditions(lake, table, where, expected):
    await lake.append(table, rows((ACME, NOON, "a", 1), (ACME, NOON, "b", 2), (ACME, NOON, "C'", 3)))
    assert values(await lake.scan(everything(table, where=(where,)))) == expected


async def test_columns_can_be_chosen_and_unknown_ones_are_refused(lake, table):
    await lake.append(table, rows((ACME, NOON, "a", 1)))
    assert (await lake.scan(everything(table, columns=("value",)))).column_names == ["value"]
    for bad in ('value" from x --', "nothing"):
        with pytest.raises(ValueError, match="no column"):
            await lake.scan(everything(table, columns=(bad,)))
        with pytest.raises(ValueError, match="no column"):
            await lake.scan(everything(table, where=(Where(bad, "=", 1),)))


async def test_sql_joins_scans_and_never_sees_another_tenant(lake, table):
    await lake.append(table, rows((ACME, NOON, "a", 1), (GLOBEX, NOON, "a", 100)))
    found = await lake.query(
        "select count(*) as n, sum(l.value + r.value) as total from l join r using (name) where l.name = $name",
        {"name": "a", "unused": 1},
        l=everything(table),
        r=everything(table),
    )
    assert found.to_pylist() == [{"n": 1, "total": 2}]


async def test_fresh_rows_pass_the_same_guard_and_follow_the_mark(lake, table):
    asked = []

    def fresh(mark):
        asked.append(mark)
        return [rows((ACME, NOON, "f", 10), (GLOBEX, NOON, "f", 20), (ACME, NOON - 90 * DAY, "old", 30))]

    await lake.append(table, rows((ACME, NOON, "a", 1)), mark=(0, 7))
    assert values(await lake.scan(everything(table, fresh=fresh))) == [1, 10]
    assert values(await lake.scan(everything(table, GLOBEX, fresh=fresh))) == [20]
    assert asked == [7, 7]


async def test_rows_and_mark_commit_together_and_only_from_where_it_stood(lake, table, open_lake):
    assert await lake.mark(table) == 0
    await lake.append(table, rows((ACME, NOON, "a", 1)), mark=(0, 5))
    with pytest.raises(MarkMoved):
        await lake.append(table, rows((ACME, NOON, "a", 1)), mark=(0, 5))
    await lake.append(table, SCHEMA.empty_table(), mark=(5, 6))
    again = open_lake()
    assert await again.mark(table) == 6
    assert values(await again.scan(everything(table))) == [1]
    await again.close()


async def test_two_writers_at_once_never_count_a_mark_twice(lake, table, open_lake):
    other = open_lake()
    for step in range(6):
        outcomes = await asyncio.gather(
            *(w.append(table, rows((ACME, NOON, "a", step)), mark=(step, step + 1)) for w in (lake, other)),
            return_exceptions=True,
        )
        assert [type(o) for o in outcomes if o] == [MarkMoved]
    assert values(await lake.scan(everything(table))) == list(range(6))
    await other.close()


async def test_another_process_sees_appends_within_its_stale_time(lake, table, open_lake):
    other = open_lake(stale_seconds=0.1)
    assert (await other.scan(everything(table))).num_rows == 0
    await lake.append(table, rows((ACME, NOON, "a", 1)))
    await asyncio.sleep(0.15)
    assert values(await other.scan(everything(table))) == [1]
    await other.close()


async def test_a_table_gains_columns(lake, table):
    await lake.append(table, rows((ACME, NOON, "a", 1)))
    wider = LakeTable(table.name, SCHEMA.append(pa.field("more", pa.string())))
    await lake.ensure(wider)
    await lake.append(wider, rows((ACME, NOON, "b", 2)).append_column("more", pa.array(["x"])))
    found = await lake.scan(everything(wider))
    assert dict(zip(found["name"].to_pylist(), found["more"].to_pylist(), strict=True)) == {
        "a": None,
        "b": "x",
    }


async def test_a_table_without_tenant_is_refused(lake):
    with pytest.raises(ValueError, match="tenant_id and at"):
        await lake.ensure(LakeTable("test.bad", pa.schema([("name", pa.string())])))


async def test_an_unknown_table_is_named(lake):
    with pytest.raises(LookupError, match=r"test\.none"):
        await lake.mark(LakeTable("test.none", SCHEMA))


async def test_it_says_whether_it_is_writable(lake):
    await lake.writable()


async def test_a_plan_names_files_and_fresh_rows_of_one_tenant_and_what_reading_them_takes(lake, table):
    await lake.append(table, rows((ACME, NOON, "kept", 1), (GLOBEX, NOON, "other", 2)))
    new = rows(
        (ACME, NOON, "fresh", 3), (GLOBEX, NOON, "other", 4), (ACME, NOON + timedelta(days=9), "late", 5)
    )
    scan = Scan(table, ACME, NOON, NOON + timedelta(hours=1), fresh=lambda mark: [new])

    plan = await lake.plan(scan)

    (file,) = plan.files
    assert pq.read_table(file.path, partitioning=None).column("name").to_pylist() == ["kept"]
    assert plan.fresh.column("name").to_pylist() == ["fresh"]
    assert (file.rows, file.size) == (1, Path(file.path).stat().st_size)
    assert set(file.columns) == set(table.schema.names)
    assert 0 < plan.quote(["name"]) < plan.quote(["name", "value"]) < 2 * file.size + plan.fresh.nbytes
