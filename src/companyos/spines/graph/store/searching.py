"""Finds entities by words: one query for the page and the exact number of all matches."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from companyos.kernel.entities import EntityRef
from companyos.kernel.work import Work

from ..public.types import Entity, Match, Matches, MatchKey
from ..rules import SUFFIX_LETTERS, after_prefix
from .seeing import Seeing

# The first word (the longest) decides where an entity stands; every other one must be found on it as well. Only
# words are read until the page is known: they are there for living entities only, and know the environment. They are
# gathered and grouped, never joined: no estimate of the planner can make that slow.
_WORD = """
  select {n} as n, w.type, w.id, w.place, w.suffix from graph.word w
  where w.tenant_id = :tenant and w.place in ({places}) and w.suffix >= :from{n} and w.suffix < :to{n}
    and w.type = any(:types) and w.environment in ('', :environment) and {seen}
"""
_ANYWHERE, _AT_STARTS = "0, 1, 2", "0, 1"
"""A single letter is inside nearly everything: it is looked for where texts and words start."""
_SEARCH = """
with found as materialized (
  select w.type, w.id, min(w.place) filter (where w.n = 0) as place, min(w.suffix) filter (where w.n = 0) as suffix
  from ({words}) w group by w.type, w.id having {every}
),
page as materialized (
  select f.*, (select count(*) from found) as total from found f
  where {after} order by f.place, f.suffix, f.type, f.id limit :limit
)
select p.*, e.title, e.attrs, e.valid_from from page p
join graph.entity e on e.tenant_id = :tenant and e.type = p.type and e.id = p.id
 and e.recorded_to is null and e.valid_from <= :now and (e.valid_to is null or e.valid_to > :now)
order by p.place, p.suffix, p.type, p.id
"""
_AFTER = """(f.place, f.suffix, f.type, f.id) > (:place, :suffix collate "C", :type, :id)"""


async def matches(
    work: Work, words: Sequence[str], types: Sequence[str], after: MatchKey | None, limit: int, seeing: Seeing
) -> Matches:
    """Living entities of these types that hold every word and may be seen. `words` are normal and not empty."""
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
        given |= dict(zip(("place", "suffix", "type", "id"), after, strict=True))
    seen, parameters = await seeing.fragment(("w.type", "w.id"))
    given |= parameters | {"types": list(types)}
    rows = (await work.db.execute(_query(ordered, after is not None, seen), given)).all()
    total = rows[0].total if rows else 0 if after is None else await _count(work, ordered, types, seeing)
    items = tuple(
        Match(
            Entity(EntityRef(r.type, r.id), r.title, r.attrs, r.valid_from), (r.place, r.suffix, r.type, r.id)
        )
        for r in rows
    )
    return Matches(items, total)


async def _count(work: Work, words: Sequence[str], types: Sequence[str], seeing: Seeing) -> int:
    """How many there are when the page itself is empty."""
    return (await matches(work, words, types, None, 1, seeing)).total


def _query(words: Sequence[str], after: bool, seen: str) -> sa.TextClause:
    places = [_AT_STARTS if len(word) == 1 and word.isalnum() else _ANYWHERE for word in words]
    gathered = " union all ".join(_WORD.format(n=n, places=at, seen=seen) for n, at in enumerate(places))
    every = " and ".join(f"bool_or(w.n = {n})" for n in range(len(words)))
    query = sa.text(_SEARCH.format(words=gathered, every=every, after=_AFTER if after else "true"))
    return query.bindparams(sa.bindparam("types", type_=ARRAY(sa.Text)))
