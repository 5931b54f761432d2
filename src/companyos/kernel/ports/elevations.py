"""Elevations: who may do more for a time. The identity spine keeps them."""

from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from ..elevation import Elevation

if TYPE_CHECKING:
    from ..work import Work


class Elevations(Protocol):
    """Uses up what a permit stood on."""

    async def use(self, work: "Work", id: UUID) -> Elevation:
        """Take an elevation for the act that the Work is about to do, in the Work's transaction.

        One for a single act is used up; of two that try at once, one gets Conflict `elevation_used`. Raises
        Conflict `elevation_void` when whoever approved it may not approve it any more, `elevation_ended` when
        it has run out or was revoked meanwhile.
        """
        ...
