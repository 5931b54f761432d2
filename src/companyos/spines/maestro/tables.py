"""The tables of the schema `maestro`, as queries see them; `migrations/` makes them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from companyos.kernel.rows import Rows

metadata = sa.MetaData(schema="maestro")


def _time(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True))


plan = sa.Table(
    "plan",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("title", sa.Text),
    sa.Column("version", sa.Integer),
    sa.Column("approval", sa.Boolean),
    _time("changed_at"),
    sa.Column("changed_by", sa.Text),
    _time("archived_at"),
)

plan_version = sa.Table(
    "plan_version",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text),
    sa.Column("hash", sa.Text),
    _time("at"),
    sa.Column("author", sa.Text),
)

schedule = sa.Table(
    "schedule",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("environment", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer),
    sa.Column("hash", sa.Text),
    sa.Column("asked_by", sa.Text),
    _time("since"),
    sa.Column("elevation", JSONB),
)

run = sa.Table(
    "run",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("environment", sa.Text),
    sa.Column("plan", sa.Text),
    sa.Column("plan_version", sa.Integer),
    sa.Column("parameters", JSONB),
    sa.Column("reason", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("sentence", sa.Text),
    sa.Column("hash", sa.Text),
    sa.Column("preview", JSONB),
    sa.Column("asked_by", sa.Text),
    sa.Column("asked_name", sa.Text),
    sa.Column("elevation", JSONB),
    sa.Column("decision", JSONB),
    sa.Column("concurrency_key", sa.Text),
    sa.Column("scheduled", sa.Boolean),
    sa.Column("after_undo", sa.Text),
    _time("queued_at"),
    _time("started_at"),
    _time("finished_at"),
    sa.Column("evidence", JSONB),
    sa.Column("revision", sa.Integer),
)

step = sa.Table(
    "step",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("run", sa.Uuid, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("type", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("sentence", sa.Text),
    sa.Column("key", sa.Text),
    sa.Column("attempts", sa.Integer),
    sa.Column("effect", JSONB),
    sa.Column("outcome", JSONB),
    sa.Column("verdict", JSONB),
    sa.Column("decisions", JSONB),
    sa.Column("log", sa.Text),
    _time("started_at"),
    _time("finished_at"),
)

run_entry = sa.Table(
    "run_entry",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("run", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    _time("at"),
    sa.Column("actor", sa.Text),
    sa.Column("step", sa.Text),
    sa.Column("text", sa.Text),
)

executor = sa.Table(
    "executor",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _time("since"),
    _time("until"),
)

due = sa.Table(
    "due",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("run", sa.Uuid, primary_key=True),
    sa.Column("environment", sa.Text),
    _time("at"),
    sa.Column("round", sa.Integer),
    sa.Column("executor", sa.Uuid),
)

alarm = sa.Table(
    "alarm",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("plan", sa.Text, primary_key=True),
    sa.Column("environment", sa.Text, primary_key=True),
    _time("at"),
)

rows = (
    Rows(
        reads="maestro:plan.read",
        type="maestro.plan",
        tenant=plan.c.tenant_id,
        id=plan.c.name,
        attrs={"approval": plan.c.approval, "version": plan.c.version},
    ),
    Rows(
        reads="maestro:run.read",
        type="maestro.run",
        tenant=run.c.tenant_id,
        id=run.c.id,
        attrs={"plan": run.c.plan, "state": run.c.state, "asked_by": run.c.asked_by},
        parents={"maestro.plan": run.c.plan},
    ),
)
"""Where policy finds what it tests of plans and runs: it filters their lists."""
