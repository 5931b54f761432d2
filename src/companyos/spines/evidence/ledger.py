"""The kernel's Ledger: appends to the tenant's ledger inside the Work's own transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from companyos.kernel.decision import Decision
from companyos.kernel.entities import EntityRef
from companyos.kernel.ids import new_id
from companyos.kernel.ports.ledger import Attachment, KeptDecision
from companyos.kernel.work import Work

from . import archive, canonical, elevated
from .pack import ELEVATION, attach
from .record import DecisionLink, Record, stamp
from .tables import decision as decided
from .writing import Entry, hexed, write

_PACK = text(
    """
    with asked as (insert into evidence.pack (tenant_id, id, record_id, title, at)
                   values (:tenant, :id, :record, :title, :at))
    insert into evidence.draft (tenant_id, pack_id, attachments) values (:tenant, :id, :attachments)
    """
)

MAX_TEXT = 2000
"""Longest actor, action, subject, request or trace id that a record keeps, in characters."""
MOST_UNWRITTEN = 1000
"""Records that one Work gathers before they are written."""


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
        """Make the record; it is written with the others of its Work, before the Work commits."""
        id_ = new_id()
        kept = None if decision is None else _kept(work, decision)
        entry = Record(
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
            decision=kept and DecisionLink(str(kept.id), kept.sha256),
        )
        row = (
            *(
                work.tenant,
                id_,
                entry.environment,
                work.now,
                entry.actor,
                entry.action,
                entry.subject,
                outcome,
            ),
            *(bytes(entry.detail).decode(), entry.request, entry.trace),
            *((kept.id, kept.sha256) if kept else (None, None)),
        )
        place = (work.tenant, id_, hexed(entry.hash))
        work.records.append(Entry(row, place, kept and kept.row, id_, entry.action))
        if decision is not None and (elevation := await elevated.stood_on(work, decision)):
            work.elevated[id_] = elevation
        if len(work.records) >= MOST_UNWRITTEN:
            await self._flush(work)
        return id_

    async def write(self, work: Work) -> None:
        """Write the records of the Work in the order of their acts; an elevated act leaves a pack in any case."""
        if work.elevated and not work.packs:
            id_, _ = next(iter(work.elevated.items()))
            await self.pack(work, id_, title=elevated.title(work, id_), attachments={})
        await self._flush(work)

    async def _flush(self, work: Work) -> None:
        if work.records:
            await write(work.db, work.records)
            work.records.clear()

    async def pack(
        self, work: Work, record: UUID, *, title: str, attachments: Mapping[str, Attachment]
    ) -> UUID:
        """Ask for a pack about a record of this tenant; the sequencer seals it once a checkpoint covers it.

        Raises ValueError for an attachment whose name or size packs do not allow.
        """
        given = dict(attachments)
        if record in work.elevated:
            given.setdefault(ELEVATION, work.elevated[record].as_json())
        id_, files = new_id(), attach(given)
        row = {
            "tenant": work.tenant,
            "id": id_,
            "record": record,
            "title": _text(title),
            "at": work.now,
            "attachments": archive.write(files) if files else b"",
        }
        await work.db.execute(_PACK, row)
        work.packs.append(id_)
        return id_

    async def decisions(self, work: Work, *, last: int) -> Sequence[KeptDecision]:
        """The newest kept decisions of the tenant, newest first."""
        newest = select(decided.c.id, decided.c.at, decided.c.body).order_by(
            decided.c.at.desc(), decided.c.id.desc()
        )
        rows = await work.db.execute(newest.where(decided.c.tenant_id == work.tenant).limit(last))
        return [KeptDecision(row.id, row.at, _inputs(row.body)) for row in rows]


class _Inputs(msgspec.Struct, frozen=True):
    """What of a kept decision it can be made again from."""

    inputs: dict[str, Any]


def _inputs(body: str) -> dict[str, Any]:
    return msgspec.json.decode(body, type=_Inputs).inputs


class _Kept(NamedTuple):
    """A decision as it is kept: its canonical JSON is in the row, `sha256` is of that."""

    id: UUID
    sha256: str
    row: tuple[Any, ...]


def _kept(work: Work, decision: Decision) -> _Kept:
    """A decision with the inputs it was made from."""
    id_ = decision.id or new_id()
    made = canonical.plain(msgspec.to_builtins(decision, str_keys=True))
    body = canonical.encode({**made, "id": str(id_), "actor": work.actor.ref, "at": stamp(work.now)})
    sha256_ = sha256(body).hexdigest()
    who = (work.tenant, id_, work.now, _text(work.actor.ref))
    what = (_text(decision.action), _text(decision.resource), decision.allowed, decision.version)
    return _Kept(id_, sha256_, (*who, *what, sha256_, body.decode()))


def _text(value: str) -> str:
    """Text as PostgreSQL and JSON both can keep it, whatever a client sent."""
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()[:MAX_TEXT]
