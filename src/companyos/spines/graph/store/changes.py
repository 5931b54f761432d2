"""What changed between two times: by when it became true, or by when it came to be known."""

from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from companyos.kernel.entities import EntityRef
from companyos.kernel.work import Work

from ..public.types import Basis, Change

# `v` is the row that says what changed, `b` the one that held before it (absent when nothing did).
_VALID = """
select v.valid_from as at, 'began' as edge, v.row, {columns}, {before}, b.row is not null as had
from graph.{table} v
left join graph.{table} b on b.tenant_id = v.tenant_id and {same} and b.recorded_to is null
  and b.valid_to = v.valid_from
where v.tenant_id = :tenant and v.recorded_to is null
  and v.valid_from >= :start and v.valid_from < :end
  and (v.valid_from > :after or (v.valid_from = :after and v.row > :row))
union all
select v.valid_to, 'ended', v.row, {columns}, {before}, false
from graph.{table} v
left join graph.{table} b on b.tenant_id = v.tenant_id and {same} and b.recorded_to is null
  and b.valid_from = v.valid_to
where v.tenant_id = :tenant and v.recorded_to is null and b.row is null
  and v.valid_to >= :start and v.valid_to < :end
  and (v.valid_to > :after or (v.valid_to = :after and v.row > :row))
order by 1, 3
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
  and (v.recorded_from > :after or (v.recorded_from = :after and v.row > :row))
  and not (b.row is not null and {equal} and exists (
    select from graph.{table} n where n.tenant_id = v.tenant_id and {same_next}
      and n.recorded_from = v.recorded_from and n.valid_from = v.valid_to))
order by 1, 3
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
_QUERIES = {
    ("valid", "entity"): sa.text(_VALID.format(**_ENTITY)),
    ("valid", "relation"): sa.text(_VALID.format(**_RELATION)),
    ("recorded", "entity"): sa.text(_RECORDED.format(**_ENTITY)),
    ("recorded", "relation"): sa.text(_RECORDED.format(**_RELATION)),
}


async def changes_between(
    work: Work, start: datetime, end: datetime, *, by: Basis, after: tuple[datetime, str] | None, limit: int
) -> list[Change]:
    """Changes of entities and relations in `[start, end)`, oldest first; at most `limit`."""
    given = {
        "tenant": work.tenant,
        "start": start,
        "end": end,
        "after": after[0] if after else start,
        "row": after[1] if after else "00000000-0000-0000-0000-000000000000",
        "limit": limit,
    }
    entities = [_entity(r) for r in await work.db.execute(_QUERIES[by, "entity"], given)]
    relations = [_relation(r) for r in await work.db.execute(_QUERIES[by, "relation"], given)]
    return sorted(entities + relations, key=lambda c: c.key)[:limit]


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
