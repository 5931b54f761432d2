"""Live news: tells open screens that something changed, in every process, within a second; and wakes who has work."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

WAKE = "companyos_wake"
"""The channel of PostgreSQL on which a commit calls for work; what it says names the work."""


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
    """Subscribe to the news of one tenant, or to calls for work that any process may do."""

    def listen(self, tenant: UUID) -> AsyncIterator[News]:
        """News as it comes, until the caller stops reading."""
        ...

    def wake_on(self, work: str) -> asyncio.Event:
        """An event that is set whenever a commit calls for that kind of work. Calls may be lost: look now and then."""
        ...
