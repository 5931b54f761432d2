"""HTTP shapes of the kernel's own ideas: decisions, reasons and problems, wherever they are told."""

from typing import Any

from pydantic import ConfigDict, Field

from .decision import ChangeKind, RemedyKind
from .http import Wire

EXAMPLE: dict[str, Any] = {
    "type": "https://companyos.dev/problems/denied",
    "title": "Policy does not allow this",
    "status": 403,
    "detail": "No policy lets finance_ops roll back deployments.",
    "code": "denied",
    "request_id": "019ac0de-0000-7000-8000-000000000001",
    "reasons": [
        {
            "code": "no_permit",
            "sentence": "No policy lets finance_ops roll back deployments.",
            "where": None,
            "remedy": {
                "kind": "request_access",
                "sentence": "Ask a tenant admin for the role sre.",
                "href": None,
            },
        }
    ],
}


class RemedyOut(Wire):
    """What can be done about a refusal."""

    kind: RemedyKind
    sentence: str
    href: str | None


class ReasonOut(Wire):
    """Why: for machines, for people, where, and what can be done about it."""

    code: str
    sentence: str
    where: str | None
    remedy: RemedyOut | None


class DecisionChangeOut(Wire):
    """One element of the smallest change that would turn a no into a yes."""

    kind: ChangeKind
    sentence: str = Field(examples=["The role SRE."])
    granted_by: str | None = Field(examples=["Tenant admin or Platform engineer"])
    remedy: RemedyOut | None = Field(description="How to bring it about.")


class DecisionOut(Wire):
    """A yes or a no. What is absent and what must not be known of are answered alike."""

    allowed: bool
    reasons: list[ReasonOut]
    policies: list[str] = Field(description="Ids of the policies that determined it.")
    changes: list[DecisionChangeOut] = Field(
        description="The smallest change that would flip it; empty when none."
    )
    version: str = Field(description="Version of the policy set.")


class ProblemOut(Wire):
    """RFC 9457 problem with the reasons of a refusal or failure."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    type: str = Field(json_schema_extra={"format": "uri"})
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable; for machines.")
    request_id: str = Field(description="Name it when you ask for help.")
    reasons: list[ReasonOut]
