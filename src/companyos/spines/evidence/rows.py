"""Records as the database returns them, made into the records that were hashed."""

from typing import Any

import msgspec
from sqlalchemy import Row

from .record import DecisionLink, Record, stamp


def record_of(row: Row[Any]) -> Record:
    """The record in a row of `evidence.record`."""
    link = None
    if row.decision_id is not None or row.decision_sha256 is not None:
        link = DecisionLink(str(row.decision_id), str(row.decision_sha256))
    return Record(
        id=str(row.id),
        tenant=str(row.tenant_id),
        environment=row.environment,
        at=stamp(row.at),
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        outcome=row.outcome,
        detail=msgspec.Raw(row.detail.encode()),
        request=row.request,
        trace=row.trace,
        decision=link,
    )
