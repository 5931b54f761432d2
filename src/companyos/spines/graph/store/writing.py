"""Writes what is believed about entities and relations. Rows are closed, never rewritten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.entities import EntityRef
from companyos.kernel.ids import new_id
from companyos.kernel.work import Work

from ..rules import Known, Span, splice, suffixes
from ..tables import entity, relation, word

V = TypeVar("V")
Described = tuple[str, Mapping[str, Any]]
"""Title and attributes of an entity."""


class Writing:
    """One writer of one tenant's graph, from `begin` to the end of the transaction."""

    def __init__(self, work: Work, recorded: datetime):
        self.work = work
        self.recorded = recorded

    @classmethod
    async def begin(cls, work: Work) -> "Writing":
        """Wait for other writers of the tenant's graph; what is written now is known from this instant on."""
        key = f"companyos.graph.{work.tenant}"
        await work.db.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
        recorded: datetime = (await work.db.execute(sa.select(sa.func.clock_timestamp()))).scalar_one()
        return cls(work, recorded)

    async def describe(self, ref: EntityRef, at: datetime, value: Described | None) -> None:
        """From `at` on the entity is like this; None: it is no more."""
        key = {"type": ref.type, "id": ref.id}
        c = entity.c
        query = sa.select(c.row, c.valid_from, c.valid_to, c.title, c.attrs).where(
            *self._believed(entity, key)
        )
        history = [
            Known(r.row, Span(r.valid_from, r.valid_to, (r.title, r.attrs)))
            for r in await self.work.db.execute(query)
        ]
        await self._splice(entity, key, history, at, value, lambda v: {"title": v[0], "attrs": dict(v[1])})

    async def relate(
        self, source: EntityRef, kind: str, target: EntityRef, at: datetime, spreads: bool | None
    ) -> None:
        """From `at` on the relation holds, with this way of spreading; None: it holds no more."""
        key = {
            "from_type": source.type,
            "from_id": source.id,
            "kind": kind,
            "to_type": target.type,
            "to_id": target.id,
        }
        c = relation.c
        query = sa.select(c.row, c.valid_from, c.valid_to, c.spreads).where(*self._believed(relation, key))
        history = [
            Known(r.row, Span(r.valid_from, r.valid_to, r.spreads)) for r in await self.work.db.execute(query)
        ]
        await self._splice(relation, key, history, at, spreads, lambda v: {"spreads": v})

    async def index(self, ref: EntityRef, texts: Sequence[str], environment: str = "") -> None:
        """Let search find an entity by these texts, and by no others; in one environment only, when it is named."""
        c = word.c
        await self.work.db.execute(
            sa.delete(word).where(c.tenant_id == self.work.tenant, c.type == ref.type, c.id == ref.id)
        )
        found = [
            {
                "tenant_id": self.work.tenant,
                "type": ref.type,
                "id": ref.id,
                "suffix": s,
                "place": p,
                "environment": environment,
            }
            for s, p in suffixes(texts).items()
        ]
        if found:
            await self.work.db.execute(insert(word), found)

    def _believed(self, table: sa.Table, key: Mapping[str, str]) -> list[sa.ColumnElement[bool]]:
        return [
            table.c.tenant_id == self.work.tenant,
            table.c.recorded_to.is_(None),
            *(table.c[name] == value for name, value in key.items()),
        ]

    async def _splice(
        self,
        table: sa.Table,
        key: Mapping[str, str],
        history: Sequence[Known[V]],
        at: datetime,
        value: V | None,
        columns: Any,
    ) -> None:
        change = splice(history, at, value)
        mine = sa.and_(table.c.tenant_id == self.work.tenant, table.c.row.in_(change.close))
        if change.close:
            # What was first believed in this very instant was never known to anyone: it goes without trace.
            await self.work.db.execute(sa.delete(table).where(mine, table.c.recorded_from >= self.recorded))
            await self.work.db.execute(sa.update(table).where(mine).values(recorded_to=self.recorded))
        if change.add:
            rows = [
                {
                    "tenant_id": self.work.tenant,
                    "row": new_id(),
                    **key,
                    **columns(span.value),
                    "valid_from": span.start,
                    "valid_to": span.end,
                    "recorded_from": self.recorded,
                    "recorded_to": None,
                }
                for span in change.add
            ]
            await self.work.db.execute(insert(table), rows)
