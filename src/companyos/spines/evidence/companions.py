"""Verification of what stands beside the records: the decisions they were made under, and the sealed packs."""

import json
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from .findings import Audit
from .keys import VerifyKey
from .tables import decision, record, sealed
from .verify import verify

_COPIED = ("actor", "action", "resource", "allowed", "version")


async def verify_decisions(db: AsyncConnection, audit: Audit) -> None:
    """Every decision is one that a record was made under, and hashes to what that record says."""
    made = (decision.c.tenant_id == record.c.tenant_id) & (decision.c.id == record.c.decision_id)
    query = (
        select(record.c.id.label("record"), record.c.decision_id, record.c.decision_sha256, *decision.c)
        .select_from(record.outerjoin(decision, made, full=True))
        .where((record.c.decision_id.is_not(None)) | (record.c.id.is_(None)))
    )
    async with db.stream(query, execution_options={"yield_per": 500}) as rows:
        async for row in rows:
            _judge_decision(audit, row)


def _judge_decision(audit: Audit, row: Row[Any]) -> None:
    if row.record is None:
        sentence = f"decision {row.id} was inserted: no record was made under it"
        audit.find("decision_inserted", f"decision:{row.id}", sentence)
        return
    where = f"decision:{row.decision_id}"
    if row.id is None:
        audit.find(
            "decision_removed", where, f"decision {row.decision_id} of record {row.record} was removed"
        )
        return
    actual = sha256(row.body.encode()).hexdigest()
    if actual != row.decision_sha256:
        told = f"record {row.record} says {row.decision_sha256}"
        audit.find(
            "decision_changed", where, f"decision {row.id} was changed: it has sha256 {actual}, {told}"
        )
        return
    body = json.loads(row.body)
    for column in _COPIED:
        if getattr(row, column) != body[column]:
            audit.find(
                "decision_changed", where, f"the {column} of decision {row.id} was changed in the table"
            )


async def verify_packs(db: AsyncConnection, audit: Audit, keys: list[VerifyKey]) -> None:
    """Every sealed pack verifies by itself, signed by one of the ledger's keys."""
    async with db.stream(select(sealed), execution_options={"yield_per": 20}) as rows:
        async for row in rows:
            content = bytes(row.content)
            where = f"pack:{row.pack_id}"
            report = verify(content, keys)
            for finding in report.findings:
                audit.find("pack_changed", where, f"pack {row.pack_id}: {finding.sentence}")
            told = report.statement.predicate.pack if report.statement else str(row.pack_id)
            if report.ok and (told, sha256(content).hexdigest()) != (str(row.pack_id), row.sha256):
                audit.find(
                    "pack_changed", where, f"the row of pack {row.pack_id} speaks of another pack ({told})"
                )
