"""What changed between two times: by when it became true, or by when it came to be known."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from companyos.kernel.entities import EntityRef
from companyos.kernel.work import Work

from ..public.types import Basis, Change, First
from .seeing import Seeing

# `v` is the row that says what changed, `b` the one that held before it (absent when nothing did).
_VALID = """
select v.valid_from as at, 'began' as edge, v.row, {columns}, {before}, b.row is not null as had
from graph.{table} v
left join graph.{table} b on b.tenant_id = v.tenant_id and {same} and b.recorded_to is null
  and b.valid_to = v.valid_from
where v.tenant_id = :tenant and v.recorded_to is null
  and v.valid_from >= :start and v.valid_from < :end
  and (v.valid_from, v.row) {beyond} (:after, :row) and {{seen}}
union all
select v.valid_to, 'ended', v.row, {columns}, {before}, false
from graph.{table} v
left join graph.{table} b on b.tenant_id = v.tenant_id and {same} and b.recorded_to is null
  and b.valid_from = v.valid_to
where v.tenant_id = :tenant and v.recorded_to is null and b.row is null
  and v.valid_to >= :start and v.valid_to < :end
  and (v.valid_to, v.row) {beyond} (:after, :row) and {{seen}}
order by 1 {way}, 3 {way}
limit :limit
"""

# A row that was cut short when its end became known (same value as before, nothing follows) tells of an end.
_RECORDED = """
select v.recorded_from as at,
       case when b.row is not null and {equal} then 'ended' else 'began' end as edge,
       v.row, {columns}, {before}, b.row is not null as had
from graph.{table} v
left join graph.{table} b on b.tenant_id = v.tenant_id and {same} and b.recorded_to = v.recorded_from
  and b.valid_from <= v.valid_from and (b.valid_to is null or b.valid_to > v.valid_from)
where v.tenant_id = :tenant and v.recorded_from >= :start and v.recorded_from < :end
  and (v.recorded_from, v.row) {beyond} (:after, :row) and {{seen}}
  and not (b.row is not null and {equal} and exists (
    select from graph.{table} n where n.tenant_id = v.tenant_id and {same_next}
      and n.recorded_from = v.recorded_from and n.valid_from = v.valid_to))
order by 1 {way}, 3 {way}
limit :limit
"""

_ENTITY = {
    "table": "entity",
    "columns": "v.type, v.id, v.title, v.attrs",
    "before": "b.title as was_title, b.attrs as was_attrs",
    "same": "b.type = v.type and b.id = v.id",
    "same_next": "n.type = v.type and n.id = v.id",
    "equal": "b.title = v.title and b.attrs = v.attrs",
}
_KEY = ("from_type", "from_id", "kind", "to_type", "to_id")
_RELATION = {
    "table": "relation",
    "columns": ", ".join(f"v.{c}" for c in _KEY) + ", v.spreads",
    "before": "b.spreads as was_spreads",
    "same": " and ".join(f"b.{c} = v.{c}" for c in _KEY),
    "same_next": " and ".join(f"n.{c} = v.{c}" for c in _KEY),
    "equal": "b.spreads = v.spreads",
}
_WAYS = {"oldest": {"beyond": ">", "way": "asc"}, "newest": {"beyond": "<", "way": "desc"}}
_ENDS = {"oldest": UUID(int=0), "newest": UUID(int=2**128 - 1)}
_QUERIES = {
    (by, first, parts["table"]): query.format(**parts, **way)
    for by, query in (("valid", _VALID), ("recorded", _RECORDED))
    for parts in (_ENTITY, _RELATION)
    for first, way in _WAYS.items()
}
_COUNT = """
    select count(*) from (
      select from graph.entity v
      where v.tenant_id = :tenant and v.recorded_to is null and {seen}
        and v.valid_from >= :start and v.valid_from < :end
      union all
      select from graph.entity v
      where v.tenant_id = :tenant and v.recorded_to is null and {seen}
        and v.valid_to >= :start and v.valid_to < :end
        and not exists (select from graph.entity b where b.tenant_id = v.tenant_id and b.type = v.type
                        and b.id = v.id and b.recorded_to is null and b.valid_from = v.valid_to)
      limit :most
    ) changed
"""
_ENDPOINTS = {
    "entity": (("v.type", "v.id"),),
    "relation": (("v.from_type", "v.from_id"), ("v.to_type", "v.to_id")),
}


async def changes_between(
    work: Work,
    start: datetime,
    end: datetime,
    *,
    by: Basis,
    first: First,
    after: tuple[datetime, str] | None,
    limit: int,
    relations: bool,
    seeing: Seeing,
) -> list[Change]:
    """Changes of entities (and relations) that may be seen, oldest or newest first; at most `limit`."""
    at, row = after or (start if first == "oldest" else end, _ENDS[first])
    given = {
        "tenant": work.tenant,
        "start": start,
        "end": end,
        "after": at,
        "row": str(row),
        "limit": limit,
    }

    async def rows(table: str) -> sa.CursorResult[Any]:
        seen, parameters = await seeing.fragment(*_ENDPOINTS[table])
        query = sa.text(_QUERIES[by, first, table].format(seen=seen))
        return await work.db.execute(query, given | parameters)

    found = [_entity(r) for r in await rows("entity")]
    if relations:
        found += [_relation(r) for r in await rows("relation")]
    return sorted(found, key=lambda c: c.key, reverse=first == "newest")[:limit]


async def counted(work: Work, start: datetime, end: datetime, *, most: int, seeing: Seeing) -> int:
    """How many changes of entities in `[start, end)` may be seen; `most` of them are counted."""
    seen, parameters = await seeing.fragment(*_ENDPOINTS["entity"])
    given = {"tenant": work.tenant, "start": start, "end": end, "most": most}
    counted: int = (await work.db.execute(sa.text(_COUNT.format(seen=seen)), given | parameters)).scalar_one()
    return counted


def _what(r: sa.Row[Any]) -> Literal["appeared", "changed", "ended"]:
    if r.edge == "ended":
        return "ended"
    return "changed" if r.had else "appeared"


def _entity(r: sa.Row[Any]) -> Change:
    what, now = _what(r), {"title": r.title, "attrs": r.attrs}
    was = {"title": r.was_title, "attrs": r.was_attrs} if r.had else None
    return Change(
        at=r.at,
        what=what,
        ref=EntityRef(r.type, r.id),
        before=now if what == "ended" else was,
        after=None if what == "ended" else now,
        key=(r.at, str(r.row)),
    )


def _relation(r: sa.Row[Any]) -> Change:
    what, now = _what(r), {"spreads": r.spreads}
    was = {"spreads": r.was_spreads} if r.had else None
    return Change(
        at=r.at,
        what=what,
        ref=EntityRef(r.from_type, r.from_id),
        kind=r.kind,
        target=EntityRef(r.to_type, r.to_id),
        before=now if what == "ended" else was,
        after=None if what == "ended" else now,
        key=(r.at, str(r.row)),
    )
