"""HTTP shapes of policy."""

from typing import Literal

from pydantic import Field

from companyos.kernel.decision import RemedyKind
from companyos.kernel.http import Wire
from companyos.kernel.wire import DecisionChangeOut, DecisionOut


class PolicyOut(Wire):
    """One policy as it is in force."""

    id: str = Field(examples=["operations.read-services"])
    domain: str = Field(examples=["operations"])
    effect: Literal["permit", "forbid"]
    action: str = Field(
        description="What it is about: action names, or `every action`.", examples=["operations:service.read"]
    )
    reason: str = Field(examples=["Readers see the services of their tenant."])
    remedy: RemedyKind | None = Field(description="What can be done about a forbid; null for a permit.")
    source: str = Field(description="The policy in Cedar.")
    file: str = Field(examples=["operations/policies/operations.cedar"])
    line: int = Field(examples=[1])


class PolicyVersionOut(Wire):
    """The policy set that decides now."""

    version: str = Field(
        description="SHA-256 of the canonical policies, schema and roles.", examples=["3f5a" * 16]
    )
    policies: int = Field(description="Policies in the set.", examples=[84])
    actions: int = Field(description="Actions that can be asked about.", examples=[61])
    roles: dict[str, str] = Field(
        description="Roles that a membership can hold: name to title.", examples=[{"sre": "SRE"}]
    )


PRINTED = r"^[^\x00-\x1f\x7f]*$"
"""No control characters: PostgreSQL keeps no NUL, and none of them is part of a name."""


class CheckIn(Wire):
    """One question: may I do this to that? Without `type` and `id` it is about the current tenant."""

    action: str = Field(min_length=1, max_length=200, pattern=PRINTED, examples=["operations:service.read"])
    type: str = Field("identity.tenant", max_length=100, pattern=PRINTED, examples=["operations.service"])
    id: str = Field("", max_length=200, pattern=PRINTED, examples=["checkout"])


class DecisionsIn(Wire):
    """Questions that are answered together."""

    checks: list[CheckIn] = Field(min_length=1)


class DecisionsOut(Wire):
    """Answers in the order of the checks."""

    items: list[DecisionOut]


class WayOut(Wire):
    """One smallest set of changes; all of them are needed."""

    changes: list[DecisionChangeOut]


class WhyOut(Wire):
    """Why, and what would turn a no into a yes."""

    decision: DecisionOut
    ways: list[WayOut] = Field(
        description="Every smallest set of changes that flips a no, the preferred first; empty when none does."
    )
    complete: bool = Field(
        description="False when there was more to try than `COMPANYOS_POLICY_WHY_EVALUATIONS`."
    )
