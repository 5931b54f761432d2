"""Queries of the audit trail and of packs; row-level security keeps each to the Work's tenant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select, tuple_

from companyos.kernel.http import Slice
from companyos.kernel.work import Work

from .tables import decision, draft, leaf, node, pack, record, sealed


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are asked for; None asks for any. `action` also takes a prefix that ends in a dot.

    `begin` counts, `end` does not.
    """

    subject: str | None = None
    actor: str | None = None
    action: str | None = None
    outcome: str | None = None
    begin: datetime | None = None
    end: datetime | None = None


class Records:
    """What the actor may see of the tenant's audit trail, with places and hashes where the tree holds them."""

    def __init__(self, work: Work) -> None:
        self._work, self._db = work, work.db

    async def page(self, wanted: Wanted, slice_: Slice) -> Sequence[Row[Any]]:
        """One row more than the page asks for, newest first."""
        query = _only(await self._all(), wanted).order_by(record.c.at.desc(), record.c.id.desc())
        after = slice_.start(datetime.fromisoformat, UUID)
        if after is not None:
            query = query.where(tuple_(record.c.at, record.c.id) < tuple_(*after))
        return list(await self._db.execute(query.limit(slice_.limit + 1)))

    async def one(self, id_: UUID) -> Row[Any] | None:
        """One record."""
        query = (await self._all()).where(record.c.id == id_)
        found: Row[Any] | None = (await self._db.execute(query)).one_or_none()
        return found

    async def _all(self) -> Select[Any]:
        return _placed().where(await self._work.visible("evidence:audit.read"))

    async def decision(self, id_: UUID) -> str | None:
        """A kept decision, as canonical JSON."""
        body: str | None = await self._db.scalar(select(decision.c.body).where(decision.c.id == id_))
        return body


class Packs:
    """The evidence packs of the Work's tenant that the actor may see."""

    def __init__(self, work: Work) -> None:
        self._work, self._db = work, work.db

    async def page(self, wanted: Wanted, record_id: UUID | None, slice_: Slice) -> Sequence[Row[Any]]:
        """One row more than the page asks for, newest first; `wanted` says of which acts."""
        query = _only(await self._all(), wanted).order_by(pack.c.at.desc(), pack.c.id.desc())
        if record_id is not None:
            query = query.where(record.c.id == record_id)
        after = slice_.start(datetime.fromisoformat, UUID)
        if after is not None:
            query = query.where(tuple_(pack.c.at, pack.c.id) < tuple_(*after))
        return list(await self._db.execute(query.limit(slice_.limit + 1)))

    async def one(self, id_: UUID) -> Row[Any] | None:
        """One pack without its content."""
        query = (await self._all()).where(pack.c.id == id_)
        found: Row[Any] | None = (await self._db.execute(query)).one_or_none()
        return found

    async def _all(self) -> Select[Any]:
        return _packs().where(await self._work.visible("evidence:pack.read"))

    async def content(self, id_: UUID) -> bytes | None:
        """The sealed file; None while it is not sealed."""
        found = await self._db.scalar(select(sealed.c.content).where(sealed.c.pack_id == id_))
        return None if found is None else bytes(found)

    async def waits(self, id_: UUID) -> bool:
        """Whether the pack is asked for and not sealed yet."""
        return await self._db.scalar(select(draft.c.pack_id).where(draft.c.pack_id == id_)) is not None


def _only(query: Select[Any], wanted: Wanted) -> Select[Any]:
    """A query of records without those that are not wanted."""
    named = (
        (record.c.subject, wanted.subject),
        (record.c.actor, wanted.actor),
        (record.c.outcome, wanted.outcome),
    )
    for column, value in named:
        if value is not None:
            query = query.where(column == value)
    if wanted.action is not None:
        below = record.c.action.startswith(wanted.action, autoescape=True)
        query = query.where(below if wanted.action.endswith(".") else record.c.action == wanted.action)
    if wanted.begin is not None:
        query = query.where(record.c.at >= wanted.begin)
    if wanted.end is not None:
        query = query.where(record.c.at < wanted.end)
    return query


def _placed() -> Select[Any]:
    """Records with place and leaf hash, both null while a record waits."""
    places = (leaf.c.tenant_id == record.c.tenant_id) & (leaf.c.record_id == record.c.id)
    hashes = (node.c.tenant_id == leaf.c.tenant_id) & (node.c.level == 0) & (node.c.index == leaf.c.index)
    joined = record.outerjoin(leaf, places).outerjoin(node, hashes)
    return select(*record.c, leaf.c.index.label("place"), node.c.hash).select_from(joined)


def _packs() -> Select[Any]:
    """Packs with the act they are about, and when they were sealed."""
    records = (record.c.tenant_id == pack.c.tenant_id) & (record.c.id == pack.c.record_id)
    seals = (sealed.c.tenant_id == pack.c.tenant_id) & (sealed.c.pack_id == pack.c.id)
    act = (record.c.actor, record.c.action, record.c.subject, record.c.outcome, record.c.environment)
    done = (sealed.c.at.label("sealed_at"), sealed.c.sha256, sealed.c.kid)
    return select(*pack.c, *act, *done).select_from(pack.join(record, records).outerjoin(sealed, seals))
