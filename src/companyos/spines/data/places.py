"""Where the data of persons is: each place can find what it holds of one, take it out, and prove that it is gone.

A part that keeps anything about the people whom events are of adds its place when it starts:
`places_of(house).add(…)`. Whoever forgets to has data that outlives an erasure, so each place is told in its
certificate by name.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from companyos.kernel.house import House

from .rules.erasure import Subject


class Place(Protocol):
    """One place. `name` is stable and for machines, `title` and what is `counted` are for people."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def counted(self) -> str: ...

    async def find(self, house: House, subject: Subject) -> int:
        """How much of the subject can be read here now."""
        ...

    async def erase(self, house: House, subject: Subject) -> int:
        """Take it out; how much that was. Done again it finds the rest, or nothing.

        From before its first call on nobody reads anything of the subject here.
        """
        ...

    async def prove(self, house: House, subject: Subject, now: datetime) -> int:
        """How much is on any disk still, read or not; deletes what nobody can be reading at `now` any more."""
        ...


class Places:
    """The places of one house, in the order in which they are erased."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}

    def add(self, place: Place) -> None:
        """Raises ValueError for a second place of that name."""
        if self._places.setdefault(place.name, place) is not place:
            raise ValueError(f"two places are called {place.name}")

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def __getitem__(self, name: str) -> Place:
        return self._places[name]


def places_of(house: House) -> Places:
    """The places of this house."""
    return house.adapter(Places)
