"""A lake over a real PostgreSQL catalog."""

import uuid
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from companyos.adapters.lake.duckdb_iceberg import DuckDBIceberg
from companyos.adapters.postgres.embedded import EmbeddedPostgres
from companyos.kernel.ports.lake import LakeTable

ACME, GLOBEX = uuid.UUID(int=1), uuid.UUID(int=2)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SCHEMA = pa.schema(
    [
        pa.field("tenant_id", pa.string(), nullable=False),
        pa.field("at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("name", pa.string()),
        pa.field("value", pa.int64()),
        pa.field("buckets", pa.list_(pa.int32())),
    ]
)


def rows(*found, schema=SCHEMA):
    """Rows given as (tenant, at, name, value)."""
    return pa.Table.from_pylist(
        [
            {"tenant_id": str(t), "at": at, "name": name, "value": value, "buckets": [value]}
            for t, at, name, value in found
        ],
        schema=schema,
    )


@pytest.fixture(scope="session")
def catalog(tmp_path_factory):
    with EmbeddedPostgres(tmp_path_factory.mktemp("catalog")) as server:
        yield server.url().render_as_string(hide_password=False)


@pytest.fixture
def open_lake(catalog, tmp_path):
    return lambda **options: DuckDBIceberg(tmp_path / "lake", catalog, **options)


@pytest.fixture
async def lake(open_lake):
    made = open_lake()
    yield made
    await made.close()


@pytest.fixture
async def table(lake):
    made = LakeTable(f"test.t{uuid.uuid4().hex}", SCHEMA)
    await lake.ensure(made)
    return made
