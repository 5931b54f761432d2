"""How a decision is told over HTTP, wherever it is told."""

from typing import Literal

from pydantic import Field

from .decision import RemedyKind
from .http import Wire


class RemedyOut(Wire):
    """What can be done about a refusal."""

    kind: RemedyKind
    sentence: str
    href: str | None


class ReasonOut(Wire):
    """Why."""

    code: str
    sentence: str
    where: str | None
    remedy: RemedyOut | None


class DecisionChangeOut(Wire):
    """One element of the smallest change that would turn a no into a yes."""

    kind: Literal["grant", "attribute", "authentication", "time", "environment"]
    sentence: str = Field(examples=["The role SRE."])
    granted_by: str | None = Field(examples=["Tenant admin or Platform engineer"])


class DecisionOut(Wire):
    """A yes or a no. What is absent and what must not be known of are answered alike."""

    allowed: bool
    reasons: list[ReasonOut]
    policies: list[str] = Field(description="Ids of the policies that determined it.")
    changes: list[DecisionChangeOut] = Field(
        description="The smallest change that would flip it; empty when none."
    )
    version: str = Field(description="Version of the policy set.")
