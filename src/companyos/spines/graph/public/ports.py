"""The questions that other spines and domains may ask of the graph."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from companyos.kernel.entities import EntityRef

from .types import Basis, Blast, Change, Entity, First, Matches, MatchKey, Neighbour


class Graph(Protocol):
    """Answers for the Work's tenant and actor: entities of a type that the actor may not see are left out.

    `as_of` is the time asked about (default: now), `known_at` restricts the answer to what was known then
    (default: all that is known). The two together replay an answer exactly.
    """

    async def entity(
        self, ref: EntityRef, *, as_of: datetime | None = None, known_at: datetime | None = None
    ) -> Entity:
        """One entity. Raises NotFound."""
        ...

    async def neighbours(
        self,
        ref: EntityRef,
        *,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        limit: int = 200,
    ) -> list[Neighbour]:
        """Everything one relation away, in both directions; at most `limit`."""
        ...

    async def blast_radius(
        self,
        ref: EntityRef,
        *,
        depth: int = 3,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
    ) -> Blast:
        """Everything that trouble at an entity could reach within `depth` steps, each by a shortest way."""
        ...

    async def changes(
        self,
        start: datetime,
        end: datetime,
        *,
        by: Basis = "valid",
        first: First = "oldest",
        after: tuple[datetime, str] | None = None,
        limit: int = 200,
        relations: bool = True,
    ) -> list[Change]:
        """What changed in `[start, end)`, from the change with the key `after` on; at most `limit`.

        Without `relations` only changes of entities are told.
        """
        ...

    async def count_changes(self, start: datetime, end: datetime, *, most: int) -> int:
        """How many changes of entities became true in `[start, end)`: exact up to `most`."""
        ...

    async def search(
        self, text: str, *, types: Sequence[str], after: MatchKey | None = None, limit: int = 20
    ) -> Matches:
        """Living entities of these types whose title or alias contains every word of `text`, the best match first.

        Starts of titles come before starts of words, these before the inside of words; a single letter is looked for
        at such starts only. Types that the actor may not
        see are not searched, so the total is exact. An entity whose attributes name an `environment` is found in
        that environment only.
        """
        ...
