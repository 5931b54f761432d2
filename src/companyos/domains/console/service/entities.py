"""Finds entities: the graph holds the words, policy decides inside the query what may be found."""

from collections.abc import Mapping
from typing import Any

from companyos.kernel.http import Slice
from companyos.kernel.work import Work
from companyos.spines.graph.public.ports import Graph
from companyos.spines.graph.public.types import Match, MatchKey

from ..rules import INTENTS, Search
from .found import Found, Hit

SHOWN = ("owner", "tier", "severity", "author", "environment")
"""Attributes that tell one thing from another in a list."""


async def search_entities(work: Work, asked: Search, slice_: Slice) -> Found:
    """The entities that hold every word, the best first."""
    types = asked.types or tuple(type for types in INTENTS.values() for type in types)
    start = slice_.start(int, str, str, str)
    after: MatchKey | None = (start[0], start[1], start[2], start[3]) if start else None
    graph = work.ask(Graph)
    matches = await graph.search(asked.words, types=types, after=after, limit=slice_.limit + 1)
    return Found([_hit(match) for match in matches.items], matches.total)


def _hit(match: Match) -> Hit:
    entity, place = match.entity, match.key
    return Hit(
        type=entity.ref.type,
        id=entity.ref.id,
        title=entity.title or entity.ref.id,
        subtitle=_subtitle(entity.attrs),
        status=entity.attrs.get("status"),
        key=(str(place[0]), *place[1:]),
    )


def _subtitle(attrs: Mapping[str, Any]) -> str | None:
    return " · ".join(str(attrs[name]) for name in SHOWN if attrs.get(name)) or None
