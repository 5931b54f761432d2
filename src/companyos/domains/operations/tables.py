"""The tables of the schema `operations`, as queries see them; `migrations/` makes them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from companyos.kernel.rows import Rows

metadata = sa.MetaData(schema="operations")


def _time(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True))


service = sa.Table(
    "service",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("title", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("description", sa.Text),
    sa.Column("tier", sa.Text),
    sa.Column("owner", sa.Text),
    sa.Column("lifecycle", sa.Text),
    sa.Column("objective", sa.Double),
    sa.Column("latency_objective_ms", sa.Integer),
    sa.Column("depends_on", ARRAY(sa.Text)),
    sa.Column("links", JSONB),
    sa.Column("annotations", JSONB),
    sa.Column("demo", sa.Boolean),
    _time("archived_at"),
    _time("isolated_at"),
    sa.Column("isolated_because", sa.Text),
    sa.Column("version", sa.Integer),
)

log_level = sa.Table(
    "log_level",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("environment", sa.Text, primary_key=True),
    sa.Column("service", sa.Text, primary_key=True),
    sa.Column("order", sa.Uuid),
    sa.Column("level", sa.Text),
    sa.Column("status", sa.Text),
    sa.Column("said", sa.Text),
    sa.Column("actor", sa.Text),
    _time("at"),
    sa.Column("version", sa.Integer),
)

deployment = sa.Table(
    "deployment",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("environment", sa.Text),
    sa.Column("service", sa.Text),
    sa.Column("version", sa.Text),
    sa.Column("commit", sa.Text),
    sa.Column("status", sa.Text),
    sa.Column("author", sa.Text),
    _time("queued_at"),
    _time("started_at"),
    _time("finished_at"),
    sa.Column("files", sa.Integer),
    sa.Column("insertions", sa.Integer),
    sa.Column("deletions", sa.Integer),
    sa.Column("log_excerpt", sa.Text),
    sa.Column("source", sa.Text),
    sa.Column("replaces", sa.Uuid),
    sa.Column("external_id", sa.Text),
    sa.Column("evidence", JSONB),
    sa.Column("demo", sa.Boolean),
    sa.Column("revision", sa.Integer),
)

hook = sa.Table(
    "hook",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("environment", sa.Text),
    sa.Column("key_id", sa.Text),
    _time("created_at"),
    _time("revoked_at"),
)

hook_message = sa.Table(
    "hook_message",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("hook", sa.Uuid, primary_key=True),
    sa.Column("message", sa.Text, primary_key=True),
    sa.Column("deployment", sa.Uuid),
    _time("at"),
)

incident = sa.Table(
    "incident",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("environment", sa.Text),
    sa.Column("title", sa.Text),
    sa.Column("severity", sa.Text),
    sa.Column("status", sa.Text),
    sa.Column("owner", sa.Text),
    sa.Column("services", ARRAY(sa.Text)),
    sa.Column("deployments", ARRAY(sa.Uuid)),
    _time("opened_at"),
    _time("acknowledged_at"),
    _time("mitigated_at"),
    _time("resolved_at"),
    sa.Column("demo", sa.Boolean),
    sa.Column("version", sa.Integer),
)

incident_entry = sa.Table(
    "incident_entry",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("incident", sa.Uuid),
    _time("at"),
    sa.Column("actor", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("text", sa.Text),
)

ISOLATED = sa.exists().where(
    service.c.tenant_id == deployment.c.tenant_id,
    service.c.name == deployment.c.service,
    service.c.archived_at.is_(None),
    service.c.isolated_at.is_not(None),
)
"""Whether the service of a deployment is isolated."""

rows = (
    Rows(
        reads="operations:service.read",
        type="operations.service",
        tenant=service.c.tenant_id,
        id=service.c.name,
        attrs={
            "owner": service.c.owner,
            "tier": service.c.tier,
            "lifecycle": service.c.lifecycle,
            "isolated": service.c.isolated_at.is_not(None),
        },
    ),
    Rows(
        reads="operations:deployment.read",
        type="operations.deployment",
        tenant=deployment.c.tenant_id,
        id=deployment.c.id,
        attrs={"status": deployment.c.status, "isolated": ISOLATED},
        parents={"operations.service": deployment.c.service},
    ),
    Rows(
        reads="operations:incident.read",
        type="operations.incident",
        tenant=incident.c.tenant_id,
        id=incident.c.id,
        attrs={
            "severity": incident.c.severity,
            "status": incident.c.status,
            "owner": incident.c.owner,
        },
    ),
    Rows(
        reads="operations:hook.read",
        type="operations.hook",
        tenant=hook.c.tenant_id,
        id=hook.c.id,
        attrs={"name": hook.c.name},
    ),
)
"""Where policy finds what it tests of the entities of operations: it filters their lists."""
