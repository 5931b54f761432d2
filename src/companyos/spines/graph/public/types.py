"""The nouns of the graph, and the changes that domains feed it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from companyos.kernel.entities import EntityRef


@dataclass(frozen=True, slots=True)
class Upsert:
    """From `at` on, an entity has this title and these attributes (JSON values).

    `aliases` are further words that search finds it by. `at` None is the time of the event that says so.
    """

    ref: EntityRef
    title: str
    attrs: Mapping[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Retire:
    """From `at` on, an entity is no more."""

    ref: EntityRef
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Relate:
    """From `at` on, `source` stands in this relation to `target`: checkout, "depends_on", payments.

    `spreads` says that trouble at the target reaches the source; blast radius follows these relations.
    """

    source: EntityRef
    kind: str
    target: EntityRef
    spreads: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unrelate:
    """From `at` on, a relation holds no more."""

    source: EntityRef
    kind: str
    target: EntityRef
    at: datetime | None = None


GraphChange = Upsert | Retire | Relate | Unrelate


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity as it was from `since` on. One that only relations name has an empty title and no attributes."""

    ref: EntityRef
    title: str
    attrs: Mapping[str, Any] = field(default_factory=dict)
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An entity one step away. `direction` "out" reads: the one asked about, `kind`, this one."""

    kind: str
    direction: Literal["out", "in"]
    entity: Entity
    since: datetime


@dataclass(frozen=True, slots=True)
class Affected:
    """An entity that trouble could reach: how many steps away, and the way from the nearest to it."""

    ref: EntityRef
    title: str
    distance: int
    path: tuple[EntityRef, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "ref": str(self.ref),
            "title": self.title,
            "distance": self.distance,
            "path": [str(p) for p in self.path],
        }


@dataclass(frozen=True, slots=True)
class Blast:
    """What trouble could reach, nearest first; `more` says that there is more than was asked for."""

    affected: tuple[Affected, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed at a time: an entity, or (with `kind` and `target`) a relation of it.

    `before` and `after` are title and attributes; None where it was not or is not.
    """

    at: datetime
    what: Literal["appeared", "changed", "ended"]
    ref: EntityRef
    kind: str | None = None
    target: EntityRef | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    key: tuple[datetime, str] = field(compare=False, kw_only=True)


MatchKey = tuple[int, str, str, str]
"""Where a match stands in the order of all: its place (0 start of a text, 1 of a word, 2 inside), the text from there
on, type, id.
"""


@dataclass(frozen=True, slots=True)
class Match:
    """An entity that search found."""

    entity: Entity
    key: MatchKey


@dataclass(frozen=True, slots=True)
class Matches:
    """A page of what search found, best first, and exactly how many there are in all."""

    items: tuple[Match, ...]
    total: int


Basis = Literal["valid", "recorded"]
"""Which time a question about change means: when it became true, or when we came to know it."""

First = Literal["oldest", "newest"]
"""Which change comes first in an answer."""
