"""What is hidden is read by nobody at once; what is erased is in no file after maintenance."""

import uuid
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from companyos.adapters.lake import duckdb_iceberg
from companyos.kernel.ports.lake import Hidden, LakeTable, MarkMoved, Scan

from .conftest import ACME, GLOBEX, NOON, SCHEMA, rows

DAY = timedelta(days=1)
ANN = Hidden(ACME, "name", "ann", NOON)


async def names(lake, table, tenant=ACME, fresh=None):
    scan = Scan(table, tenant, NOON - 99 * DAY, NOON + 99 * DAY, fresh=fresh)
    return sorted(map(str, (await lake.scan(scan)).column("name").to_pylist()))


@pytest.fixture
async def filled(lake, table):
    for day in (1, 2):
        at = NOON - day * DAY
        await lake.append(table, rows((ACME, at, "ann", 1), (ACME, at, "bob", 2), (ACME, at, None, 3)))
        await lake.append(table, rows((GLOBEX, at, "ann", 1), (ACME, NOON, "ann", 5)))
    await lake.append(table, rows((ACME, NOON - 9 * DAY, "ann", 1)))
    return table


async def test_hidden_rows_are_read_on_no_way_and_nobody_elses_are_hidden(lake, filled):
    asked = []

    async def hiding(table, tenant):
        asked.append(table)
        return [ANN] if tenant == ACME else []

    lake.hide(hiding)
    on_its_way = rows((ACME, NOON - DAY, "ann", 7), (ACME, NOON - DAY, "cid", 7))
    rest = ["None", "None", "ann", "ann", "bob", "bob"]
    assert await names(lake, filled) == rest, "what was done later stays"
    assert await names(lake, filled, fresh=lambda mark: [on_its_way]) == sorted([*rest, "cid"])
    assert await names(lake, filled, GLOBEX) == ["ann", "ann"]
    assert await lake.hidden(filled, ACME) == (ANN,) and asked[0] is filled
    within = Hidden(ACME, "name", "o", NOON, within=True)
    lake.hide(lambda table, tenant: _told(within))
    assert await names(lake, filled) == ["None", "None", "ann", "ann"]


async def _told(*hidden):
    return hidden


async def test_erased_rows_are_gone_from_every_file_once_the_former_files_are(lake, filled):
    long_ago, later = datetime.now(UTC) - DAY, datetime.now(UTC) + DAY
    assert await lake.purge(filled, ANN, before=later) == 3, "a file that is in use is not deleted"
    assert await lake.erase(filled, ANN) == 3
    assert await names(lake, filled) == ["None", "None", "ann", "ann", "bob", "bob"]
    assert await lake.purge(filled, ANN, before=long_ago) == 3, "somebody may be reading the former files"
    assert await lake.purge(filled, ANN, before=later) == 0
    assert await lake.purge(filled, Hidden(ACME, "name", "ann", NOON + DAY), before=long_ago) == 2
    assert await lake.erase(filled, ANN) == 0, "again changes nothing"
    assert await names(lake, filled, GLOBEX) == ["ann", "ann"]


async def test_files_older_than_a_column_are_erased_from_too(lake):
    name = f"test.e{uuid.uuid4().hex}"
    old = LakeTable(name, SCHEMA)
    await lake.ensure(old)
    await lake.append(old, rows((ACME, NOON - DAY, "ann", 1), (ACME, NOON - DAY, "bob", 2)))
    wider = LakeTable(name, SCHEMA.append(pa.field("more", pa.string())))
    await lake.ensure(wider)
    assert await lake.erase(wider, ANN) == 1
    assert await names(lake, wider) == ["bob"]
    with pytest.raises(ValueError, match="no column"):
        await lake.erase(wider, Hidden(ACME, "x", "ann", NOON))


async def test_who_writes_at_the_same_time_is_not_overwritten(lake, open_lake, filled, monkeypatch):
    other = open_lake()
    loaded = duckdb_iceberg._load

    def late(catalog, table):
        found = loaded(catalog, table)
        monkeypatch.setattr(duckdb_iceberg, "_load", loaded)
        duckdb_iceberg._append(catalog, table, rows((ACME, NOON, "dan", 1)), None)
        return found

    monkeypatch.setattr(duckdb_iceberg, "_load", late)
    with pytest.raises(MarkMoved):
        await lake.erase(filled, ANN)
    assert await lake.erase(filled, ANN) == 3
    assert "dan" in await names(other, filled) and "ann" in await names(other, filled)
    await other.close()
