"""Live news: tells open screens that something changed, in every process, within a second."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class News:
    """That something happened, not what: screens ask the API, which decides what they may see."""

    type: str
    subject: str
    at: datetime


class Live(Protocol):
    """Subscribe to the news of one tenant."""

    def listen(self, tenant: UUID) -> AsyncIterator[News]:
        """News as it comes, until the caller stops reading."""
        ...
