"""The kernel's Ledger: appends to the tenant's ledger inside the Work's own transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import text

from companyos.kernel.decision import Decision
from companyos.kernel.entities import EntityRef
from companyos.kernel.ids import new_id
from companyos.kernel.ports.ledger import Attachment
from companyos.kernel.work import Work

from . import archive, canonical
from .pack import attach
from .record import DecisionLink, Record, stamp

_APPEND = """
insert into evidence.record (tenant_id, id, environment, at, actor, action, subject, outcome, detail,
                             request, trace, decision_id, decision_sha256)
values (:tenant, :id, :environment, :at, :actor, :action, :subject, :outcome, :detail,
        :request, :trace, :decision_id, :decision_sha256)
"""
_QUEUE = "insert into evidence.pending (tenant_id, record_id, hash) values (:tenant, :id, :hash)"
_KEEP_DECISION = """
insert into evidence.decision (tenant_id, id, at, actor, action, resource, allowed, version, sha256, body)
values (:tenant, :decision_id, :at, :actor, :decision_action, :resource, :allowed, :version,
        :decision_sha256, :decision)
on conflict (tenant_id, id) do nothing
"""

_PLAIN = text(f"with entry as ({_APPEND}) {_QUEUE}")
_DECIDED = text(f"with decided as ({_KEEP_DECISION}), entry as ({_APPEND}) {_QUEUE}")

_PACK = text(
    """
    with asked as (insert into evidence.pack (tenant_id, id, record_id, title, at)
                   values (:tenant, :id, :record, :title, :at))
    insert into evidence.draft (tenant_id, pack_id, attachments) values (:tenant, :id, :attachments)
    """
)

MAX_TEXT = 2000
"""Longest actor, action, subject, request or trace id that a record keeps, in characters."""


@dataclass(frozen=True, slots=True)
class EvidenceLedger:
    """Append-only by the grants of the database; the sequencer gives each committed record its place."""

    async def append(
        self,
        work: Work,
        action: str,
        subject: EntityRef,
        *,
        outcome: Literal["done", "denied", "failed"],
        decision: Decision | None,
        detail: Mapping[str, Any],
    ) -> UUID:
        """One statement: the record, its place in the queue, and the decision it was made under."""
        id_ = new_id()
        kept = None if decision is None else _kept(work, decision)
        record = Record(
            id=str(id_),
            tenant=str(work.tenant),
            environment=_text(work.environment),
            at=stamp(work.now),
            actor=_text(work.actor.ref),
            action=_text(action),
            subject=_text(str(subject)),
            outcome=outcome,
            detail=msgspec.Raw(canonical.encode(canonical.plain(detail))),
            request=_text(work.request_id),
            trace=_text(work.trace_id),
            decision=None if kept is None else DecisionLink(*kept[:2]),
        )
        row = {
            "tenant": work.tenant,
            "id": id_,
            "environment": record.environment,
            "at": work.now,
            "actor": record.actor,
            "action": record.action,
            "subject": record.subject,
            "outcome": record.outcome,
            "detail": bytes(record.detail).decode(),
            "request": record.request,
            "trace": record.trace,
            "decision_id": record.decision and UUID(record.decision.id),
            "decision_sha256": record.decision and record.decision.sha256,
            "hash": record.hash,
        }
        if kept is None or decision is None:
            await work.db.execute(_PLAIN, row)
        else:
            made = {
                "decision_action": decision.action,
                "resource": decision.resource,
                "allowed": decision.allowed,
                "version": decision.version,
                "decision": kept[2],
            }
            await work.db.execute(_DECIDED, {**row, **made})
        return id_

    async def pack(
        self, work: Work, record: UUID, *, title: str, attachments: Mapping[str, Attachment]
    ) -> UUID:
        """Ask for a pack about a record of this tenant; the sequencer seals it once a checkpoint covers it.

        Raises ValueError for an attachment whose name or size packs do not allow.
        """
        id_, files = new_id(), attach(attachments)
        row = {
            "tenant": work.tenant,
            "id": id_,
            "record": record,
            "title": _text(title),
            "at": work.now,
            "attachments": archive.write(files) if files else b"",
        }
        await work.db.execute(_PACK, row)
        return id_


def _kept(work: Work, decision: Decision) -> tuple[str, str, str]:
    """A decision as it is kept, with the inputs it was made from: its id, its SHA-256, its canonical JSON."""
    id_ = str(decision.id or new_id())
    made = canonical.plain(msgspec.to_builtins(decision, str_keys=True))
    body = canonical.encode({**made, "id": id_, "actor": work.actor.ref, "at": stamp(work.now)})
    return id_, sha256(body).hexdigest(), body.decode()


def _text(value: str) -> str:
    """Text as PostgreSQL and JSON both can keep it, whatever a client sent."""
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()[:MAX_TEXT]
