"""HTTP shapes of elevations."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from companyos.kernel.entities import EntityRef
from companyos.kernel.http import Page, Wire

from ..store.elevations import ElevationRequest
from ..wire import AT, ID, PLAIN, Email

Reason = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1000,
        pattern=r"^[^\x00]*\S[^\x00]*$",
        examples=["Checkout fails since 10:02"],
    ),
]
Note = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$", examples=["Agreed in the incident call"])]
Word = Annotated[str, Field(max_length=200, pattern=PLAIN)]
PlanHash = Annotated[
    str, Field(pattern=r"^[0-9a-f]{64}$", description="`hash` of the preflight.", examples=["9f86" * 16])
]
Minutes = Annotated[int, Field(ge=1, le=525_600, description="How long, from the yes on.", examples=[30])]


class AskIn(Wire):
    """What is asked for: a `role`, or one act: an `action` on `type` and `id` (the tenant when left out)."""

    kind: Literal["role", "act"]
    role: Word = Field("", examples=["sre"])
    action: Word = Field("", examples=["operations:deployment.roll_back"])
    type: Word = Field("identity.tenant", examples=["operations.deployment"])
    id: Word = Field("", examples=[ID])
    input: dict[str, Any] = Field({}, description="What the act is told besides; as the act itself takes it.")
    plan_hash: str = Field(
        "", pattern=r"^([0-9a-f]{64})?$", description="`hash` of the preflight that was seen."
    )
    minutes: Minutes
    reason: Reason


class ApproveIn(Wire):
    """A yes to exactly what the preflight of `identity:elevation.approve` showed."""

    plan_hash: PlanHash
    note: Note = ""


class ElevationNoteIn(Wire):
    """Why."""

    note: Reason


class BreakGlassIn(Wire):
    """A role at once, as the preflight of `identity:elevation.break_glass` showed it."""

    role: Word = Field(examples=["platform_engineer"])
    minutes: Minutes
    reason: Reason
    plan_hash: PlanHash


class GrantSpanIn(Wire):
    """Who sees this tenant's totals, as the preflight of `identity:elevation.grant` showed it."""

    email: Email
    minutes: Minutes
    reason: Reason
    plan_hash: PlanHash


class ReviewIn(Wire):
    """What somebody else thinks of it afterwards."""

    verdict: Literal["justified", "unjustified"]
    note: Reason


class NamedRef(Wire):
    """What an act is done to."""

    type: str = Field(examples=["operations.deployment"])
    id: str = Field(examples=[ID])


class ShownOut(Wire):
    """What the act would do, as it was when it was asked for."""

    title: str
    effects: list[str]
    affected: list[NamedRef]
    more_affected: bool
    undo: str | None
    plan: dict[str, Any]
    hash: str


class ReviewOut(Wire):
    """What somebody else thought of a broken glass."""

    by: str = Field(examples=["Robin Vega"])
    at: datetime = Field(examples=[AT])
    verdict: Literal["justified", "unjustified"]
    note: str


class ElevationOut(Wire):
    """A wish to do more for a time, and what became of it."""

    id: UUID = Field(examples=[ID])
    state: Literal["requested", "approved", "denied", "withdrawn", "expired", "used", "revoked", "void"]
    kind: Literal["role", "act", "span"]
    title: str = Field(examples=["SRE in prod"])
    person_id: UUID | None
    person: str = Field(description="Who asked, or the address a span was granted to.", examples=["Jo Doe"])
    mine: bool = Field(description="The caller asked for it.")
    role: str = Field(examples=["sre"])
    action: str = Field(examples=["operations:deployment.roll_back"])
    on: NamedRef | None
    environment: str = Field(examples=["prod"])
    minutes: int = Field(examples=[30])
    reason: str
    requested_at: datetime = Field(examples=[AT])
    started_at: datetime | None = Field(description="When the yes came.")
    ends_at: datetime = Field(description="When it ends; of an open request, when it lapses.")
    ended_at: datetime | None
    decided_by: str = Field(description="Empty until somebody decided.", examples=["Robin Vega"])
    decided_at: datetime | None
    note: str
    why: str = Field(description="How it ended.")
    extended: int = Field(description="How often it was extended.")
    break_glass: bool = Field(description="It was taken without a yes and has to be reviewed.")
    review: ReviewOut | None
    preview: ShownOut | None = Field(description="Of an act: what was shown.")


class ElevationsPage(Page[ElevationOut]):
    """A page of elevations, newest first."""


def elevation_out(asked: ElevationRequest, caller: str) -> ElevationOut:
    """As the API tells of one."""
    names = (name for name in ElevationOut.model_fields if hasattr(asked, name))
    plain = {name: getattr(asked, name) for name in names}
    ref = EntityRef.parse(asked.resource_name) if asked.resource_name else None
    return ElevationOut.model_validate(
        {
            **plain,
            "decided_by": asked.decided_by_name,
            # Of an outsider only the address that was typed: an id would tell that there is an account.
            "person_id": asked.person_id if asked.kind != "span" else None,
            "mine": str(asked.person_id) == caller,
            "on": {"type": ref.type, "id": ref.id} if ref else None,
            "preview": _shown(asked.preview) if asked.preview else None,
            "review": {
                "by": asked.reviewed_by_name,
                "at": asked.reviewed_at,
                "verdict": asked.verdict,
                "note": asked.note,
            }
            if asked.reviewed_at
            else None,
        }
    )


def _shown(preview: dict[str, Any]) -> dict[str, Any]:
    return {name: preview[name] for name in ShownOut.model_fields}
