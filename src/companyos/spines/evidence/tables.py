"""Tables of evidence. All but the two queues, `pending` and `draft`, can only be added to."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from companyos.kernel.rows import Rows

metadata = MetaData(schema="evidence")
Instant = DateTime(timezone=True)

decision = Table(
    "decision",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("version", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("body", Text, nullable=False),
)

record = Table(
    "record",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("environment", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("trace", Text, nullable=False),
    Column("decision_id", Uuid),
    Column("decision_sha256", Text),
)

pending = Table(
    "pending",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("record_id", Uuid, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

leaf = Table(
    "leaf",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("index", BigInteger, primary_key=True),
    Column("record_id", Uuid, nullable=False),
)

node = Table(
    "node",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("level", SmallInteger, primary_key=True),
    Column("index", BigInteger, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kid", Text, nullable=False),
    Column("note", LargeBinary, nullable=False),
)

pack = Table(
    "pack",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("record_id", Uuid, nullable=False),
    Column("title", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

draft = Table(
    "draft",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("pack_id", Uuid, primary_key=True),
    Column("attachments", LargeBinary, nullable=False),
)

sealed = Table(
    "sealed",
    metadata,
    Column("tenant_id", Uuid, primary_key=True),
    Column("pack_id", Uuid, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kid", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

_ACT = {name: record.c[name] for name in ("action", "actor", "subject", "outcome", "environment")}
rows = (
    Rows("evidence:audit.read", "evidence.audit_record", record.c.tenant_id, record.c.id, _ACT),
    Rows("evidence:pack.read", "evidence.pack", pack.c.tenant_id, pack.c.id, _ACT),
)
"""Where policy finds what it tests of records and packs (joined with the record of their act): it filters both."""
