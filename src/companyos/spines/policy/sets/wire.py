"""HTTP shapes of policy sets."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from companyos.kernel.http import Instant, Wire
from companyos.kernel.wire import ReasonOut

from ..wire import PRINTED

TEXT = "The tenant's own policies in Cedar, all of them. Ids start with `tenant.`."
CEDAR = """@id("tenant.no-roll-back")
@reason("Nobody rolls back while the ledger moves.")
@remedy("wait")
forbid (principal, action == CompanyOS::Action::"operations:deployment.roll_back", resource);
"""


class PolicyChangeOut(Wire):
    """One policy that is not the same any more."""

    id: str = Field(examples=["tenant.quiet-friday"])
    kind: Literal["added", "replaced", "removed"]
    before: str | None = Field(description="Its source before; null when it was not there.")
    after: str | None = Field(description="Its source after; null when it is gone.")


class PolicySetOut(Wire):
    """What the tenant has added to the policies of the house, as it decides now."""

    number: int = Field(
        description="The version in force; 0 while the tenant has added nothing.", examples=[4]
    )
    text: str = Field(description=TEXT, examples=[CEDAR])
    version: str = Field(description="SHA-256 of the whole set; kept decisions name it.")
    house: str = Field(description="SHA-256 of the set that ships with CompanyOS.")


class PolicySetVersionOut(Wire):
    """One version that was applied."""

    number: int
    why: str
    proposal: UUID
    restores: int | None = Field(description="The earlier version that it brought back; null for a new one.")
    author: str = Field(description="Who proposed it.", examples=["person:018f…"])
    applied_by: str
    approved_by: str = Field(description="Who approved it; empty in seeded data.")
    at: Instant
    hash: str = Field(description="SHA-256 of the canonical policies; empty for none.")
    record_id: UUID
    evidence_id: UUID


class PolicySetVersionDetailOut(PolicySetVersionOut):
    """One version with its text and what it changed."""

    text: str = Field(description=TEXT)
    changes: list[PolicyChangeOut]
    diff: str = Field(description="Against the version before, as `diff -u` writes it.")


class SideOut(Wire):
    """What one of the two sets says."""

    allowed: bool
    reasons: list[ReasonOut]
    policies: list[str]


class ComparedOut(Wire):
    """One request under both sets."""

    decision: str | None = Field(description="Id of the recorded decision; null for a sample.")
    at: str | None
    actor: str
    roles: list[str]
    action: str
    resource: str
    effective: SideOut
    proposed: SideOut


class TallyOut(Wire):
    """How many recorded decisions would become a yes, and how many a no."""

    name: str = Field(examples=["operations:deployment.roll_back"])
    to_yes: int
    to_no: int


class SimulationOut(Wire):
    """Proposed against effective policies."""

    replayed: int = Field(description="Recorded decisions that were made again.")
    unreadable: int = Field(description="Those of them that could not be, e.g. of an action that is no more.")
    since: str | None = Field(description="When the oldest of them was made.")
    flipped: int
    flips: list[ComparedOut] = Field(description="The newest that flip; `flipped` counts all.")
    by_action: list[TallyOut]
    by_role: list[TallyOut]
    samples: list[ComparedOut]


class PolicyProposalOut(Wire):
    """A proposal to decide with other policies."""

    id: UUID
    why: str
    state: Literal["open", "applied", "withdrawn"]
    after: int = Field(description="The version that it was made against.")
    restores: int | None
    author: str
    at: Instant
    hash: str = Field(description="SHA-256 of the plan of its application; an approval is bound to it.")
    flipped: int = Field(description="Recorded decisions that flipped when it was made.")
    applied_as: int | None
    ended_at: Instant | None


class PolicyProposalDetailOut(PolicyProposalOut):
    """A proposal with its text, what it would change, and its simulation."""

    text: str = Field(description=TEXT)
    changes: list[PolicyChangeOut]
    diff: str
    simulation: SimulationOut


class PolicyProposalIn(Wire):
    """Either a text, or an earlier version to bring back."""

    text: str | None = Field(None, description=TEXT, examples=[CEDAR])
    version: int | None = Field(
        None, ge=0, description="Bring this version back; 0 is the state without any."
    )
    why: str = Field(
        min_length=1,
        max_length=2000,
        description="Kept with the evidence.",
        examples=["Nobody rolls back while the ledger moves."],
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> "PolicyProposalIn":
        if (self.text is None) == (self.version is None):
            raise ValueError("give either `text` or `version`")
        return self


class SampleIn(Wire):
    """May somebody with these roles do this to that?"""

    action: str = Field(
        min_length=1, max_length=200, pattern=PRINTED, examples=["operations:deployment.roll_back"]
    )
    roles: list[str] = Field([], max_length=20, examples=[["sre"]])
    kind: Literal["person", "service"] = "person"
    person: str = Field(
        "somebody", min_length=1, max_length=200, pattern=PRINTED, description="Id of who asks."
    )
    type: str = Field("identity.tenant", max_length=100, pattern=PRINTED, examples=["operations.deployment"])
    id: str = Field("", max_length=200, pattern=PRINTED)
    attrs: dict[str, Any] | None = Field(
        None, description="Attributes of something made up, instead of what `id` names."
    )
    environment: str = Field("", max_length=100, pattern=PRINTED, examples=["prod"])
    mfa_age: int | None = Field(
        None, ge=0, description="Seconds since the second factor; null: none was given."
    )


class PolicySimulationIn(Wire):
    """What to try, and on what. Without a text, what is proposed in `proposal` or was in `version`."""

    text: str | None = Field(None, description=TEXT)
    proposal: UUID | None = None
    version: int | None = Field(None, ge=0)
    samples: list[SampleIn] = Field([])
    last: int | None = Field(
        None, ge=0, description="Recorded decisions to replay; null: `COMPANYOS_POLICY_SIMULATED_DECISIONS`."
    )

    @model_validator(mode="after")
    def _one_of_three(self) -> "PolicySimulationIn":
        if sum(given is not None for given in (self.text, self.proposal, self.version)) != 1:
            raise ValueError("give one of `text`, `proposal` and `version`")
        return self


class PolicyApplyIn(Wire):
    """Confirms what the preflight showed."""

    reason: str = Field(
        min_length=1,
        max_length=2000,
        description="Kept with the evidence.",
        examples=["As agreed in review."],
    )
    plan_hash: str = Field(
        pattern="^[0-9a-f]{64}$", description="`hash` of the preflight.", examples=["9f86d081884c7d65" * 4]
    )


class PolicyAppliedOut(Wire):
    """The version that is in force now, and where it is written."""

    number: int = Field(examples=[4])
    record_id: UUID
    evidence_id: UUID
