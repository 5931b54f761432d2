"""The ledger: append-only, tamper-evident. The evidence spine is the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol
from uuid import UUID

from ..decision import Decision
from ..entities import EntityRef

if TYPE_CHECKING:
    from ..work import Work

Attachment = str | bytes | Mapping[str, Any]
"""One file of an evidence pack: text, bytes, or a JSON value that is written canonically."""


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """A decision that was recorded, with the inputs it was made from."""

    id: UUID
    at: datetime
    inputs: Mapping[str, Any]


class Ledger(Protocol):
    """Keeps what happened. Appends ride on the Work's transaction."""

    async def append(
        self,
        work: "Work",
        action: str,
        subject: EntityRef,
        *,
        outcome: Literal["done", "denied", "failed"],
        decision: Decision | None,
        detail: Mapping[str, Any],
    ) -> UUID:
        """Append one audit record and return its id. A given decision is kept with what it was made from.

        The ledger may leave it in the Work's `records` until `write`.
        """
        ...

    async def write(self, work: "Work") -> None:
        """Write what the Work's `records` hold, and empty them; called before the commit.

        An elevated act for which no pack was asked gets one.
        """
        ...

    async def pack(
        self, work: "Work", record: UUID, *, title: str, attachments: Mapping[str, Attachment]
    ) -> UUID:
        """Ask for an evidence pack about a record and return its id; of an elevated act it tells the elevation."""
        ...

    async def decisions(self, work: "Work", *, last: int) -> Sequence[KeptDecision]:
        """The newest decisions that were kept in the Work's tenant, at most `last`, newest first."""
        ...
