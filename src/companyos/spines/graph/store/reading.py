"""Reads entities and relations."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from companyos.kernel.entities import EntityRef
from companyos.kernel.work import Work

from ..public.types import Entity
from ..tables import entity, relation
from .moment import Moment
from .seeing import Seeing

Row = tuple[EntityRef, str, EntityRef, datetime]
"""Source, kind, target, since."""


class Reading:
    """What the Work's actor may see of the graph of its tenant."""

    def __init__(self, work: Work, seeing: Seeing):
        self.work = work
        self.seeing = seeing

    async def entities(self, refs: Iterable[EntityRef], moment: Moment) -> dict[EntityRef, Entity]:
        """Those of the entities that were there at the moment and may be seen."""
        asked = _given(list(refs))
        query = (
            sa.select(entity.c.type, entity.c.id, entity.c.title, entity.c.attrs, entity.c.valid_from)
            .join_from(entity, asked, sa.and_(entity.c.type == asked.c.type, entity.c.id == asked.c.id))
            .where(
                entity.c.tenant_id == self.work.tenant,
                moment.holds(entity),
                await self.seeing.condition(entity.c.type, entity.c.id),
            )
        )
        rows = await self.work.db.execute(query)
        found = (Entity(EntityRef(r.type, r.id), r.title, r.attrs, r.valid_from) for r in rows)
        return {one.ref: one for one in found}

    async def titles(self, refs: Iterable[EntityRef], moment: Moment) -> dict[EntityRef, str]:
        """Titles of those of the entities that were there at the moment."""
        asked = _given(list(refs))
        query = (
            sa.select(entity.c.type, entity.c.id, entity.c.title)
            .join_from(entity, asked, sa.and_(entity.c.type == asked.c.type, entity.c.id == asked.c.id))
            .where(entity.c.tenant_id == self.work.tenant, moment.holds(entity))
        )
        return {EntityRef(r[0], r[1]): r[2] for r in await self.work.db.execute(query)}

    async def relations(self, ref: EntityRef, moment: Moment, *, limit: int) -> list[Row]:
        """Relations from and to an entity, outgoing first, by kind and name of the other end, which may be seen."""
        c, seen = relation.c, self.seeing.condition
        to, source = await seen(c.to_type, c.to_id), await seen(c.from_type, c.from_id)
        out = self._relations(moment, c.from_type == ref.type, c.from_id == ref.id, to, limit)
        into = self._relations(moment, c.to_type == ref.type, c.to_id == ref.id, source, limit)
        found: list[Row] = []
        for query in (out, into):
            found += [_row(r) for r in await self.work.db.execute(query)]
        return found[:limit]

    async def reached(
        self, targets: Sequence[EntityRef], moment: Moment, *, limit: int
    ) -> list[tuple[EntityRef, EntityRef]]:
        """Who may be seen and is reached by trouble at the targets, each with one it comes from; by name."""
        given, c = _given(targets), relation.c
        query = (
            sa.select(c.from_type, c.from_id, c.to_type, c.to_id)
            .ext(distinct_on(c.from_type, c.from_id))
            .join_from(relation, given, sa.and_(c.to_type == given.c.type, c.to_id == given.c.id))
            .where(c.tenant_id == self.work.tenant, c.spreads, moment.holds(relation))
            .where(await self.seeing.condition(c.from_type, c.from_id))
            .order_by(c.from_type, c.from_id, c.to_type, c.to_id)
            .limit(limit)
        )
        rows = await self.work.db.execute(query)
        return [(EntityRef(r[0], r[1]), EntityRef(r[2], r[3])) for r in rows]

    def _relations(self, moment: Moment, *about: Any) -> sa.Select[Any]:
        *where, limit = about
        c = relation.c
        return (
            sa.select(c.from_type, c.from_id, c.kind, c.to_type, c.to_id, c.valid_from)
            .where(c.tenant_id == self.work.tenant, *where, moment.holds(relation))
            .order_by(c.kind, c.to_type, c.to_id, c.from_type, c.from_id)
            .limit(limit)
        )


def _row(r: Any) -> Row:
    return EntityRef(r.from_type, r.from_id), r.kind, EntityRef(r.to_type, r.to_id), r.valid_from


def _texts(texts: Sequence[str]) -> sa.BindParameter[Any]:
    return sa.bindparam(None, list(texts), ARRAY(sa.Text))


def _given(refs: Sequence[EntityRef]) -> Any:
    """References as a relation with the columns `type` and `id`."""
    lists = _texts([r.type for r in refs]), _texts([r.id for r in refs])
    return sa.func.unnest(*lists).table_valued("type", "id").render_derived(name="given")
