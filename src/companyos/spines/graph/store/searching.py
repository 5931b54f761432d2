"""Finds entities by words: one query for the page and the exact number of all matches."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from companyos.kernel.entities import EntityRef
from companyos.kernel.work import Work

from ..public.types import Entity, Match, Matches, MatchKey
from ..rules import SUFFIX_LETTERS, after_prefix

# Every word narrows `found`; the first one (the longest) decides where an entity stands in the order.
_WORD = """
  select w.type, w.id, min(w.place) as place from graph.word w
  where w.tenant_id = :tenant and w.place in (0, 1, 2) and w.suffix >= :from{n} and w.suffix < :to{n}
    and w.type = any(:types)
  group by w.type, w.id
"""
_SEARCH = """
with {words},
found as materialized (
  select w0.place, e.title, e.type, e.id, e.attrs, e.valid_from
  from {joined}
  join graph.entity e on e.tenant_id = :tenant and e.type = w0.type and e.id = w0.id
   and e.recorded_to is null and e.valid_from <= :now and (e.valid_to is null or e.valid_to > :now)
   and coalesce(e.attrs ->> 'environment', :environment) = :environment
)
select f.*, (select count(*) from found) as total from found f
where {after} order by f.place, f.title collate "C", f.type, f.id limit :limit
"""
_AFTER = """(f.place, f.title collate "C", f.type, f.id) > (:place, :title, :type, :id)"""


async def matches(
    work: Work, words: Sequence[str], types: Sequence[str], after: MatchKey | None, limit: int
) -> Matches:
    """Living entities of these types that hold every word. `words` are normal and not empty."""
    ordered = sorted(set(words), key=len, reverse=True)
    given: dict[str, Any] = {
        "tenant": work.tenant,
        "now": work.now,
        "environment": work.environment,
        "limit": limit,
    }
    for n, word in enumerate(ordered):
        prefix = word[:SUFFIX_LETTERS]
        given |= {f"from{n}": prefix, f"to{n}": after_prefix(prefix)}
    if after:
        given |= dict(zip(("place", "title", "type", "id"), after, strict=True))
    rows = (
        await work.db.execute(_query(len(ordered), after is not None), given | {"types": list(types)})
    ).all()
    total = rows[0].total if rows else 0 if after is None else await _count(work, ordered, types)
    items = tuple(
        Match(
            Entity(EntityRef(r.type, r.id), r.title, r.attrs, r.valid_from), (r.place, r.title, r.type, r.id)
        )
        for r in rows
    )
    return Matches(items, total)


async def _count(work: Work, words: Sequence[str], types: Sequence[str]) -> int:
    """How many there are when the page itself is empty."""
    return (await matches(work, words, types, None, 1)).total


def _query(words: int, after: bool) -> sa.TextClause:
    tables = ", ".join(f"w{n} as ({_WORD.format(n=n)})" for n in range(words))
    joined = "w0" + "".join(f" join w{n} using (type, id)" for n in range(1, words))
    query = sa.text(_SEARCH.format(words=tables, joined=joined, after=_AFTER if after else "true"))
    return query.bindparams(sa.bindparam("types", type_=ARRAY(sa.Text)))
