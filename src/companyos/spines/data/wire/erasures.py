"""HTTP shapes of erasures."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from companyos.kernel.http import Wire

from ..rules.erasure import State, Trace
from ..store.erasures import Erasure

PLAIN = r"^[^\x00-\x1f]*$"
AN_ID = "019ac0de-0000-7000-8000-000000000001"
PERSON = "person:019ac0de-0000-7000-8000-000000000002"

UserId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1000,
        pattern=r"^[^\x00]*$",
        description="The person's id as the product sends it in `user_id`. It is not kept.",
        examples=["u-1842"],
    ),
]


class ErasureIn(Wire):
    """Who shall be forgotten."""

    user_id: UserId
    reference: str = Field(
        "",
        max_length=200,
        pattern=PLAIN,
        description="Your own name for the request, as a ticket's number. It is kept: write nothing personal.",
        examples=["DSR-118"],
    )


class CarryOutErasureIn(Wire):
    """What is confirmed."""

    reason: str = Field(
        min_length=1, max_length=1000, pattern=r"^[^\x00]*$", examples=["Asked for by letter."]
    )
    plan_hash: str = Field(pattern=r"^[0-9a-f]{64}$", description="`hash` of the preflight that was shown.")


class ErasureOut(Wire):
    """A request to forget a person, and what became of it."""

    id: UUID = Field(examples=[AN_ID])
    subject: str = Field(
        description="Fingerprint of the person's pseudonym: the same for the same person.",
        examples=["9f86d081884c7d659a2feaa0c55ad015"],
    )
    reference: str = Field(examples=["DSR-118"])
    state: State
    requested_at: AwareDatetime
    requested_by: str = Field(examples=[PERSON])
    begun_at: AwareDatetime | None = Field(description="Since then nobody reads anything of the person.")
    begun_by: str
    ended_at: AwareDatetime | None
    evidence_id: UUID | None = Field(description="The evidence pack with the certificate, once there is one.")


class ErasureTraceOut(Wire):
    """What one place said."""

    place: str = Field(examples=["analytics.events"])
    title: str
    counted: str = Field(examples=["events"])
    erased: int = Field(description="How many were taken out.")
    remaining: int | None = Field(description="How many were found on any disk afterwards; null before that.")
    erased_at: AwareDatetime | None
    proved_at: AwareDatetime | None


class ErasureDetailOut(ErasureOut):
    """An erasure with what each place said."""

    places: list[ErasureTraceOut]


class SubjectPlaceOut(Wire):
    """A place that holds something about people."""

    name: str = Field(examples=["analytics.events"])
    title: str
    counted: str = Field(examples=["events"])


def erasure_out(one: Erasure) -> ErasureOut:
    """An erasure as lists show it; its pseudonym is told to nobody."""
    names = [name for name in ErasureOut.model_fields if name != "evidence_id"]
    return ErasureOut(**{name: getattr(one, name) for name in names}, evidence_id=one.evidence)


def erasure_detail(one: Erasure, traces: Sequence[Trace]) -> ErasureDetailOut:
    """An erasure with what each place said."""
    places = [ErasureTraceOut.model_validate(trace) for trace in traces]
    return ErasureDetailOut(**erasure_out(one).model_dump(), places=places)
