"""From a question to its answer over the real lake: planned, quoted, run apart, with rows still on their way."""

import uuid
from datetime import timedelta

import pyarrow as pa
import pytest

from companyos.adapters.engine.confined import ConfinedDuckDB
from companyos.adapters.lake.duckdb_iceberg import DuckDBIceberg
from companyos.adapters.postgres.embedded import EmbeddedPostgres
from companyos.domains.analytics.rules.sql import Reader
from companyos.domains.analytics.service.questions import Place, answer, bounds_of, limits_of, plan, readable
from companyos.domains.analytics.service.readable import READABLE
from companyos.domains.analytics.settings import AnalyticsSettings
from companyos.kernel.ports.engine import QueryFailed
from companyos.kernel.ports.lake import LakeTable
from companyos.kernel.problems import Invalid

from .sql import ACME, GLOBEX, NOON, SCHEMA, events

DAY = timedelta(days=1)
SETTINGS = AnalyticsSettings()
KEPT = LakeTable("analytics.asked", SCHEMA)
ASKED = readable(KEPT, {}, purposes=("analytics",))
READER = Reader(ACME, "analytics")


@pytest.fixture(scope="module")
async def parts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("questions")
    with EmbeddedPostgres(folder / "postgres") as server:
        lake = DuckDBIceberg(folder / "lake", server.url().render_as_string(hide_password=False))
        await lake.ensure(KEPT)
        await lake.append(KEPT, events(1, 400, (ACME, GLOBEX)))
        engine = ConfinedDuckDB()
        yield lake, engine
        await engine.close()
        await lake.close()


@pytest.fixture
def ask(parts):
    async def asks(text, *, fresh=None, reader=READER):
        lake, engine = parts
        place = Place(ASKED, KEPT, fresh)
        planned = await plan(
            lake, [place], text, reader, start=NOON - DAY, end=NOON + DAY, limits=limits_of(SETTINGS)
        )
        found = await answer(engine, planned, bounds_of(SETTINGS))
        asks.read = found.read
        return planned, pa.ipc.open_stream(found.stream).read_all().to_pylist()

    return asks


async def test_a_tenant_is_told_of_its_own_rows_at_rest_and_on_their_way(ask):
    new = events(2, 10, (ACME, GLOBEX))
    planned, found = await ask("SELECT count(*) AS c FROM analytics.asked", fresh=lambda mark: [new])

    assert found == [{"c": 200 + 5}]
    (read,) = planned.reads.values()
    assert sum(file.rows for file in read.files) == 200
    assert read.fresh.num_rows == 5


async def test_a_quote_grows_with_the_columns_and_never_exceeds_the_files(ask):
    few, _ = await ask("SELECT count(*) FROM analytics.asked")
    more, _ = await ask("SELECT user_id, feature, v FROM analytics.asked")

    (read,) = more.reads.values()
    assert 0 < few.quote < more.quote <= 2 * sum(file.size for file in read.files)


async def test_the_engine_reads_what_was_quoted_and_no_more(ask):
    """By its own count; statistics let it leave out a little."""
    for text in ("SELECT min(v), max(user_id) FROM analytics.asked", "SELECT feature FROM analytics.asked"):
        planned, _ = await ask(text)
        assert 0.75 * planned.quote < ask.read <= planned.quote


async def test_a_refusal_is_a_problem_with_every_reason(ask):
    with pytest.raises(Invalid) as refused:
        await ask("SELECT getenv('HOME') FROM analytics.asked")
    assert refused.value.reasons[0].code == "function_not_allowed"


async def test_what_cannot_be_computed_is_said_without_the_tenants_key(ask):
    reader = Reader(ACME, "analytics", pseudonym_key=uuid.uuid4().hex)
    with pytest.raises(QueryFailed) as failed:
        await ask("SELECT sum(CAST(feature AS bigint)) FROM analytics.asked", reader=reader)
    assert "Conversion Error" in failed.value.detail
    assert reader.pseudonym_key not in failed.value.detail


async def test_every_readable_table_can_be_asked(parts):
    lake, engine = parts
    for table, kept in READABLE:
        await lake.ensure(kept)
        purpose = table.purposes[0]
        columns = ", ".join(column.name for column in table.columns)
        planned = await plan(
            lake,
            [Place(table, kept)],
            f"SELECT {columns} FROM {table.name}",
            Reader(ACME, purpose, ("prod",)),
            start=NOON - DAY,
            end=NOON,
        )
        assert (await answer(engine, planned, bounds_of(SETTINGS))).rows == 0
