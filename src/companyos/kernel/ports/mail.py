"""Mail: one letter at a time, handed to whatever delivers it."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Letter:
    """A plain-text letter. `id` is its identity: sent twice under one id it is the same letter (Message-ID)."""

    id: str
    to: tuple[str, ...]
    subject: str
    text: str


class Undelivered(Exception):
    """It was not taken. `again` says whether the same may be taken later; the message says why, without secrets."""

    def __init__(self, why: str, *, again: bool):
        super().__init__(why)
        self.again = again


class Mail(Protocol):
    """Whoever delivers letters."""

    async def send(self, letter: Letter) -> str:
        """Hand a letter over; returns what the other side said to it. Raises Undelivered."""
        ...


@runtime_checkable
class Inspectable(Protocol):
    """A deliverer that keeps what it was given instead of passing it on, so that people can read it."""

    async def kept(self, id: str) -> str | None:
        """The letter or post of this id as it would have gone out; None when there is none."""
        ...
