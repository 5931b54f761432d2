"""The gate: answers whether an actor may do something, and why. The policy spine is the gate."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import ColumnElement

from ..decision import Decision
from ..entities import Resource

if TYPE_CHECKING:
    from ..work import Work


class Gate(Protocol):
    """Decides. An error or the absence of a decision is a deny."""

    @property
    def roles(self) -> Mapping[str, str]:
        """The roles that a membership can hold: name to title ("sre": "SRE")."""
        ...

    async def decide(self, work: "Work", action: str, on: Resource, *, plan: str | None = None) -> Decision:
        """One decision for the Work's actor, with reasons in words, policy ids and policy version.

        An elevation of the actor for this act counts, if it is for the plan with the hash `plan` ("" for none);
        without `plan`, one for any plan counts.
        """
        ...

    async def visible(self, work: "Work", action: str) -> ColumnElement[bool]:
        """A condition on the rows of the entities that `action` shows: true where `decide` would say yes.

        What cannot be put into SQL is a no. Raises LookupError when no manifest has rows for the action.
        """
        ...
