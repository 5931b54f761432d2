"""Chat: short posts to a room, by the incoming webhook that the room gave us."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Post:
    """A post to the room behind `url`. The URL is a secret: whoever knows it may post there."""

    id: str
    url: str = field(repr=False)
    text: str


class Chat(Protocol):
    """Whoever carries posts to rooms."""

    async def post(self, post: Post) -> str:
        """Hand a post over; returns what the room said to it. Raises Undelivered (see `ports.mail`)."""
        ...
