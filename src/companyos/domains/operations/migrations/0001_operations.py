"""Services, deployments, hooks and incidents."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from companyos.kernel.migration import tenant_index, tenant_table

revision, down_revision = "0001", None


def text(name: str, default: str | None = None) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def number(name: str, default: str = "0") -> sa.Column:
    return sa.Column(name, sa.Integer, nullable=False, server_default=default)


def time(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def identity() -> sa.Column:
    return sa.Column("id", sa.Uuid, primary_key=True)


def json(name: str, default: str) -> sa.Column:
    return sa.Column(name, JSONB, nullable=False, server_default=default)


def among(column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{v}'" for v in values)
    return sa.CheckConstraint(f"{column} in ({listed})", name=f"known_{column}")


def upgrade() -> None:
    tenant_table(
        "service",
        identity(),
        text("name"),
        text("title"),
        text("kind", "component"),
        text("description", ""),
        text("tier", "t2"),
        text("owner", ""),
        text("lifecycle", "production"),
        sa.Column("objective", sa.Double, nullable=False, server_default="0.999"),
        sa.Column("latency_objective_ms", sa.Integer),
        sa.Column("depends_on", ARRAY(sa.Text), nullable=False, server_default="{}"),
        json("links", "[]"),
        json("annotations", "{}"),
        flag("demo"),
        time("archived_at"),
        number("version", "1"),
        among("kind", "component", "api", "resource"),
        among("tier", "t0", "t1", "t2", "t3"),
        among("lifecycle", "experimental", "production", "deprecated"),
        sa.CheckConstraint("objective between 0.5 and 1", name="objective_is_share"),
    )
    tenant_index("service", "name", unique=True, where="archived_at is null")

    tenant_table(
        "deployment",
        identity(),
        text("environment"),
        text("service"),
        text("version"),
        text("commit", ""),
        text("status"),
        text("author", ""),
        time("queued_at", nullable=False),
        time("started_at"),
        time("finished_at"),
        number("files"),
        number("insertions"),
        number("deletions"),
        text("log_excerpt", ""),
        text("source", "api"),
        sa.Column("replaces", sa.Uuid),
        sa.Column("external_id", sa.Text),
        json("evidence", "[]"),
        flag("demo"),
        number("revision", "1"),
        among("status", "queued", "running", "paused", "succeeded", "failed", "rolled_back"),
        among("source", "api", "hook", "git", "verb"),
    )
    tenant_index("deployment", "environment", "queued_at", "id")
    tenant_index("deployment", "environment", "service", "queued_at", "id")
    tenant_index("deployment", "environment", "service", "commit", unique=True, where="source = 'git'")
    tenant_index(
        "deployment", "environment", "service", "external_id", unique=True, where="external_id is not null"
    )

    tenant_table(
        "hook",
        identity(),
        text("name"),
        text("environment"),
        text("key_id"),
        time("created_at", nullable=False),
        time("revoked_at"),
    )
    tenant_table(
        "hook_message",
        sa.Column("hook", sa.Uuid, primary_key=True),
        sa.Column("message", sa.Text, primary_key=True),
        sa.Column("deployment", sa.Uuid, nullable=False),
        time("at", nullable=False),
    )
    tenant_index("hook_message", "at")

    tenant_table(
        "incident",
        identity(),
        text("environment"),
        text("title"),
        text("severity"),
        text("status"),
        text("owner", ""),
        sa.Column("services", ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("deployments", ARRAY(sa.Uuid), nullable=False, server_default="{}"),
        time("opened_at", nullable=False),
        time("acknowledged_at"),
        time("mitigated_at"),
        time("resolved_at"),
        flag("demo"),
        number("version", "1"),
        among("severity", "sev1", "sev2", "sev3", "sev4"),
        among("status", "open", "acknowledged", "mitigated", "resolved"),
    )
    tenant_index("incident", "environment", "opened_at", "id")
    tenant_index("incident", "environment", "status", "opened_at", "id")
    tenant_table(
        "incident_entry",
        identity(),
        sa.Column("incident", sa.Uuid, nullable=False),
        time("at", nullable=False),
        text("actor"),
        text("kind"),
        text("text", ""),
        append_only=True,
    )
    tenant_index("incident_entry", "incident", "at", "id")
