"""Tables of policy: proposals, the versions that were applied, and the sets of the house that ever decided."""

from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text, Uuid

metadata = MetaData(schema="policy")
Instant = DateTime(timezone=True)

house = Table(
    "house",
    metadata,
    Column("version", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

proposal = Table(
    "proposal",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("content", Text, nullable=False),
    Column("own_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("after", Integer, nullable=False),
    Column("restores", Integer),
    Column("author", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("house", Text, nullable=False),
    Column("simulation", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("applied_as", Integer),
    Column("ended_at", Instant),
)

version = Table(
    "version",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", Text, nullable=False),
    Column("own_hash", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("proposal", Uuid, nullable=False),
    Column("restores", Integer),
    Column("author", Text, nullable=False),
    Column("applied_by", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("record", Uuid, nullable=False),
    Column("evidence", Uuid, nullable=False),
)
