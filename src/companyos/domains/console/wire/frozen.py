"""HTTP shapes of frozen views."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from companyos.kernel.http import Wire
from companyos.kernel.wire import ReasonOut

from . import AN_ID

AN_ENVELOPE = '{"payload":"eyJf…","payloadType":"application/vnd.in-toto+json","signatures":[…]}'


class FreezeIn(Wire):
    """A screen to freeze: where it is, what it is called, and which reads of the API it shows."""

    path: str = Field(
        max_length=2000,
        pattern="^/($|[^/])",
        description="Path and query of the screen.",
        examples=["/services?env=prod"],
    )
    title: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$", examples=["Services"])
    reads: list[Annotated[str, Field(max_length=4000)]] = Field(
        min_length=1,
        description="Paths of GETs of this API; each is read anew for you.",
        examples=[["/api/v1/services?limit=50"]],
    )


class FrozenHeadOut(Wire):
    """A frozen view, without what it shows."""

    id: UUID = Field(examples=[AN_ID])
    environment: str = Field(examples=["prod"])
    by: str = Field(description="Who froze it.", examples=["person:018f7a1e-0000-7000-8000-000000000001"])
    at: datetime
    until: datetime = Field(description="When it is forgotten.")


class FrozenListedOut(FrozenHeadOut):
    """A frozen view in the list; the title is told only to who froze it."""

    title: str | None = Field(examples=["Services"])


class LeftOutOut(Wire):
    """A read that could not be kept, and why."""

    read: str = Field(examples=["/api/v1/me"])
    sentence: str = Field(
        examples=["It shows only what is your own, so it cannot be shown to somebody else."]
    )


class FrozenOut(Wire):
    """A view that was just frozen: how many reads it keeps, and which it could not."""

    view: FrozenHeadOut
    kept: int = Field(examples=[3])
    left_out: list[LeftOutOut]


class FrozenPartOut(Wire):
    """One read as it was answered then, so far as you may see it now."""

    read: str = Field(examples=["/api/v1/services?limit=50"])
    body: Any = Field(
        description="The answer; null when it is withheld.", examples=[{"items": [], "next": None}]
    )
    reasons: list[ReasonOut] = Field(description="Why it, or some of its rows, is withheld.")
    cut: int = Field(description="Rows that were left out, of those that may be told of.", examples=[0])
    envelope: str | None = Field(
        description="Signed proof of `body`: a DSSE envelope around an in-toto statement that names its SHA-256 in "
        "canonical JSON (RFC 8785). Null when the part is withheld, and when you see rows by other conditions than "
        "who froze it.",
        examples=[AN_ENVELOPE],
    )


class ReplayOut(Wire):
    """A frozen view for you, by the policy of now. What you may not know of leaves no trace."""

    view: FrozenHeadOut
    name: str = Field(description="What who froze it was called.", examples=["Ana Petrova"])
    title: str | None = Field(description="Told only to who froze it.", examples=["Services"])
    path: str | None = Field(description="Told only to who froze it.", examples=["/services?env=prod"])
    policy_then: str | None = Field(description="Version of the policies it was frozen under.")
    policy_now: str = Field(description="Version of the policies that decided what you see.")
    parts: list[FrozenPartOut]
    kid: str | None = Field(
        description="Thumbprint of the ledger's key whose signature was verified just now."
    )
    fault: str | None = Field(
        description="What was changed since it was signed; then nothing is shown. Null: nothing."
    )
