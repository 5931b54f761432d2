"""Live news: tells open screens that something changed, in every process, within a second."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class News:
    """That something happened, not what: screens ask the API, which decides what they may see.

    The attributes of a CloudEvent (`events.announcement`); `type` is `companyos.<event>.v<version>`.
    """

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str


class Live(Protocol):
    """Subscribe to the news of one tenant."""

    def listen(self, tenant: UUID) -> AsyncIterator[News]:
        """News as it comes, until the caller stops reading."""
        ...
