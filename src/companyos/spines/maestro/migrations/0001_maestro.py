"""Plans with their versions, runs with their steps and log; and the queue that all processes share."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from companyos.kernel.migration import platform_table, tenant_index, tenant_table

revision, down_revision = "0001", None


def text(name: str, default: str | None = None) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def number(name: str, default: str | None = None) -> sa.Column:
    return sa.Column(name, sa.Integer, nullable=False, server_default=default)


def time(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def json(name: str, default: str = "{}") -> sa.Column:
    return sa.Column(name, JSONB, nullable=False, server_default=default)


def key(name: str, kind: type = sa.Uuid) -> sa.Column:
    return sa.Column(name, kind, primary_key=True)


def among(column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{v}'" for v in values)
    return sa.CheckConstraint(f"{column} in ({listed})", name=f"known_{column}")


def upgrade() -> None:
    tenant_table(
        "plan",
        key("name", sa.Text),
        text("title"),
        number("version"),
        sa.Column("approval", sa.Boolean, nullable=False),
        time("changed_at", nullable=False),
        text("changed_by"),
        time("archived_at"),
    )
    tenant_table(
        "plan_version",
        key("name", sa.Text),
        key("version", sa.Integer),
        text("source"),
        text("hash"),
        time("at", nullable=False),
        text("author"),
        append_only=True,
    )
    tenant_table(
        "schedule",
        key("name", sa.Text),
        key("environment", sa.Text),
        number("version"),
        text("hash"),
        text("asked_by"),
        time("since", nullable=False),
        json("elevation"),
    )
    tenant_table(
        "run",
        key("id"),
        text("environment"),
        text("plan"),
        number("plan_version"),
        json("parameters"),
        text("reason"),
        text("state"),
        text("sentence", ""),
        text("hash"),
        json("preview"),
        text("asked_by"),
        text("asked_name"),
        json("elevation"),
        json("decision"),
        text("concurrency_key", ""),
        sa.Column("scheduled", sa.Boolean, nullable=False, server_default=sa.false()),
        text("after_undo", ""),
        time("queued_at", nullable=False),
        time("started_at"),
        time("finished_at"),
        json("evidence", "[]"),
        number("revision", "1"),
        among(
            "state", "queued", "running", "waiting", "paused", "stuck", "undoing", "cancelling",
            "succeeded", "failed", "cancelled", "undone",
        ),
    )  # fmt: skip
    tenant_index("run", "environment", "queued_at", "id")
    tenant_index("run", "environment", "plan", "queued_at", "id")
    tenant_index(
        "run", "environment", "hash", unique=True,
        where="state in ('queued', 'running', 'waiting', 'paused', 'stuck', 'undoing', 'cancelling')",
    )  # fmt: skip
    tenant_table(
        "step",
        key("run"),
        key("position", sa.Integer),
        text("name"),
        text("type"),
        text("state"),
        text("sentence", ""),
        text("key"),
        number("attempts", "0"),
        json("effect"),
        json("outcome"),
        json("verdict"),
        json("decisions", "[]"),
        text("log", ""),
        time("started_at"),
        time("finished_at"),
        among(
            "state", "pending", "applying", "applied", "done", "failed", "skipped",
            "unsure", "undoing", "undone", "kept",
        ),
    )  # fmt: skip
    tenant_table(
        "run_entry",
        key("run"),
        key("id"),
        time("at", nullable=False),
        text("actor"),
        text("step", ""),
        text("text"),
        append_only=True,
    )
    platform_table(
        "executor",
        sa.Column("id", sa.Uuid, primary_key=True),
        time("since", nullable=False),
        time("until", nullable=False),
        because="It names the processes that carry runs out and how long each is taken to be alive.",
    )
    platform_table(
        "due",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("run", sa.Uuid, primary_key=True),
        text("environment"),
        time("at", nullable=False),
        number("round", "0"),
        sa.Column("executor", sa.Uuid),
        because="The queue of runs, by id only: a process that looks for work serves every tenant.",
    )
    for columns in (["at"], ["executor"]):
        op_index("due", columns)
    platform_table(
        "alarm",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("plan", sa.Text, primary_key=True),
        sa.Column("environment", sa.Text, primary_key=True),
        time("at", nullable=False),
        because="When which schedule is due, by name only: a process that looks for work serves every tenant.",
    )
    op_index("alarm", ["at"])


def op_index(table: str, columns: list[str]) -> None:
    from alembic import op

    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns, schema="maestro")
