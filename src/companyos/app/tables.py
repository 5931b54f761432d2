"""Tables of the boundary: events on their way out, reactions already done, requests already answered."""

from sqlalchemy import Column, DateTime, Integer, LargeBinary, MetaData, Table, Text, Uuid

metadata = MetaData(schema="app")

outbox = Table(
    "outbox",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("environment", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("trace_id", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", DateTime(timezone=True), nullable=False),
    Column("parked_at", DateTime(timezone=True)),
    Column("error", Text),
)

inbox = Table(
    "inbox",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("reaction", Text, primary_key=True),
    Column("done_at", DateTime(timezone=True), nullable=False),
)

answered = Table(
    "answered",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("actor", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("status", Integer),
    Column("content_type", Text),
    Column("etag", Text),
    Column("body", LargeBinary),
    Column("at", DateTime(timezone=True), nullable=False),
)

installation = Table(
    "installation",
    metadata,
    Column("key", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)
