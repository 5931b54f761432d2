"""What an erasure is: who is meant without saying who, what it covers, and what its certificate says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

State = Literal["requested", "withdrawn", "erasing", "erased"]
CERTIFICATE = "https://companyos.dev/erasure/v1"
NOT_COVERED = (
    "Copies that left CompanyOS: downloaded exports, answers and screens that somebody kept, and other systems.",
    "Backups made before: whoever restores one carries the erasure out again.",
    "Events without the user id, and an id or name in a property that no label says is personal data.",
    "Sums in which nobody can be told apart, and the records of who asked for this erasure and did it.",
)
"""What no certificate vouches for."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as data knows them: `key` is the tenant's pseudonym of them. `before` ends what is erased."""

    tenant: UUID
    key: str
    before: datetime

    def covers(self, key: str, *times: datetime) -> bool:
        """Whether something of a person that happened, or came in, at these times is erased."""
        return key == self.key and any(time < self.before for time in times)


@dataclass(frozen=True, slots=True)
class Trace:
    """What one place said: how many of its `counted` were taken out, and how many were found there afterwards."""

    place: str
    title: str
    counted: str
    erased: int = 0
    remaining: int | None = None
    erased_at: datetime | None = None
    proved_at: datetime | None = None

    @property
    def done(self) -> bool:
        return self.remaining == 0


def fingerprint(tenant: UUID, key: str) -> str:
    """What records and certificates call a person: 128 bits of SHA-256 over tenant and pseudonym, in hex.

    Whoever can compute the pseudonym can tell that it is of this person, nobody else can.
    """
    return sha256(f"companyos erasure\0{tenant}\0{key}".encode()).hexdigest()[:32]


def plan_of(id: UUID, subject: str, places: Sequence[str]) -> dict[str, Any]:
    """What a person confirms: this request, of this person, at all these places; counts change by the minute."""
    return {"verb": "erase", "erasure": str(id), "subject": subject, "places": sorted(places)}


def certificate(about: dict[str, Any], traces: Sequence[Trace]) -> dict[str, Any]:
    """What the evidence pack says was erased. `about` tells the request."""
    return {
        "kind": CERTIFICATE,
        **about,
        "covers": "Everything of the subject that happened or came in before begun_at.",
        "places": [
            {
                "place": one.place,
                "title": one.title,
                "counted": one.counted,
                "erased": one.erased,
                "remaining": one.remaining,
                "erased_at": one.erased_at,
                "proved_at": one.proved_at,
            }
            for one in traces
        ],
        "not_covered": list(NOT_COVERED),
    }
