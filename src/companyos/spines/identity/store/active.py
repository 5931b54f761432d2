"""The elevations that hold for whoever a token speaks for, as one column of the query that finds them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from companyos.kernel.elevation import Elevation

from ..tables import elevation
from .elevations import holds

_COLUMNS = (
    "id",
    "kind",
    "person_id",
    "reason",
    "decided_by",
    "requested_at",
    "started_at",
    "ends_at",
    "role",
    "action",
    "resource",
    "plan",
    "break_glass",
    "state",
)


def elevations_of(
    tenant: ColumnElement[UUID], person: ColumnElement[UUID], environment: ColumnElement[str]
) -> ScalarSelect[Any]:
    """A JSON array: what holds now, and what was for one act and is spent but has not run out."""
    now = func.now()
    spent = (elevation.c.state == "used") & (elevation.c.ends_at > now)
    fields = [part for name in _COLUMNS for part in (literal(name), elevation.c[name])]
    body = func.jsonb_build_object(*fields)
    return (
        select(
            func.coalesce(
                func.jsonb_agg(aggregate_order_by(body, elevation.c.ends_at)), func.jsonb_build_array()
            )
        )
        .where(elevation.c.tenant_id == tenant, elevation.c.person_id == person)
        .where(elevation.c.environment == environment, elevation.c.state.in_(("approved", "used")))
        .where(or_(holds(now), spent))
        .correlate_except(elevation)
        .scalar_subquery()
    )


def read(rows: list[dict[str, Any]] | None) -> tuple[Elevation, ...]:
    """The column's value as the kernel sees it."""
    return tuple(_one(row) for row in rows or ())


def _one(row: dict[str, Any]) -> Elevation:
    return Elevation(
        id=UUID(row["id"]),
        kind=row["kind"],
        requester=f"person:{row['person_id']}",
        reason=row["reason"],
        approvers=(f"person:{row['decided_by']}",) if row["decided_by"] else (),
        requested_at=datetime.fromisoformat(row["requested_at"]),
        approved_at=datetime.fromisoformat(row["started_at"] or row["requested_at"]),
        ends_at=datetime.fromisoformat(row["ends_at"]),
        role=row["role"],
        action=row["action"],
        resource=row["resource"],
        plan=row["plan"],
        break_glass=row["break_glass"],
        spent=row["state"] == "used",
    )
