"""A small catalogue with everything that a guard must mind, readers of it, and rows of several tenants."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pyarrow as pa

from companyos.domains.analytics.rules.sql import Catalogue, Column, Reader, Table
from companyos.spines.data.rules.labels import Label

ACME, GLOBEX = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

EVENTS = Table(
    "analytics.events",
    (
        Column("tenant_id", "varchar"),
        Column("at", "timestamp(6) with time zone"),
        Column("environment", "varchar"),
        Column("user_id", "varchar", Label("internal", "direct")),
        Column("postcode", "varchar", Label("internal", "indirect")),
        Column("feature", "varchar"),
        Column("n", "bigint"),
        Column("v", "double"),
        Column("props", "varchar", Label("confidential")),
        Column("card", "varchar", Label("internal", "", ("billing",))),
        Column("purpose", "varchar"),
        Column("consent_scope", "array(varchar)"),
    ),
    purposes=("analytics", "billing"),
    purpose_column="purpose",
    consents={"analytics": "product"},
)
SPANS = Table(
    "telemetry.spans",
    (
        Column("tenant_id", "varchar"),
        Column("at", "timestamp(6) with time zone"),
        Column("environment", "varchar"),
        Column("service", "varchar"),
        Column("duration_ns", "bigint"),
    ),
    purposes=("operations",),
)
PLANS = Table(
    "analytics.plans",
    (Column("tenant_id", "varchar"), Column("plan", "varchar"), Column("price", "bigint")),
    purposes=("analytics", "billing", "operations"),
    environment_column="",
)
CATALOGUE = Catalogue.of(EVENTS, SPANS, PLANS)
ANALYST = Reader(ACME, "analytics", ("prod",), pseudonym_key="a secret of the tenant")

SCHEMA = pa.schema(
    [
        ("tenant_id", pa.string()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("environment", pa.string()),
        ("user_id", pa.string()),
        ("postcode", pa.string()),
        ("feature", pa.string()),
        ("n", pa.int64()),
        ("v", pa.float64()),
        ("props", pa.string()),
        ("card", pa.string()),
        ("purpose", pa.string()),
        ("consent_scope", pa.list_(pa.string())),
    ]
)


def events(seed: int, count: int, tenants=(ACME,)) -> pa.Table:
    """Rows of the tenants in turn; what one may see and what one may not lie side by side."""
    chance = Random(seed)
    return pa.Table.from_pylist(
        [
            {
                "tenant_id": str(tenants[number % len(tenants)]),
                "at": NOON + timedelta(minutes=number),
                "environment": chance.choice(("prod", "prod", "dev", None)),
                "user_id": chance.choice(("ann", "bob", "eve", None)),
                "postcode": chance.choice(("1010", "2020")),
                "feature": chance.choice(("1", "22", "search", "export", None)),
                "n": chance.choice((None, 0, *range(-5, 60))),
                "v": chance.choice((None, 0.5, -1.25, 1e9)),
                "props": '{"a": "b", "k": [1, 2]}',
                "card": "4111",
                "purpose": chance.choice(("", "analytics", "billing", None)),
                "consent_scope": chance.choice((["product"], ["ads", "product"], [], None)),
            }
            for number in range(count)
        ],
        schema=SCHEMA,
    )
