"""Preflight of any risky act: what it would do now, and what policy says to it; nothing is changed."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from pydantic import Field

from companyos.kernel.decision import Decision
from companyos.kernel.entities import EntityRef
from companyos.kernel.http import Wire, WorkDep
from companyos.kernel.preflight import Preview, preview
from companyos.kernel.problems import Invalid
from companyos.kernel.wire import DecisionOut
from companyos.kernel.work import Work

from .about import load
from .wire import PRINTED

router = APIRouter(tags=["policy"])


class PreflightIn(Wire):
    """What would be done, and to what. Without `type` and `id` it is about the current tenant."""

    action: str = Field(
        min_length=1, max_length=200, pattern=PRINTED, examples=["operations:deployment.roll_back"]
    )
    type: str = Field("identity.tenant", max_length=100, pattern=PRINTED, examples=["operations.deployment"])
    id: str = Field("", max_length=200, pattern=PRINTED, examples=["checkout"])
    input: dict[str, Any] = Field({}, description="What the act is told besides; as the act itself takes it.")


class EntityRefOut(Wire):
    """The name of an entity."""

    type: str = Field(examples=["operations.service"])
    id: str = Field(examples=["checkout"])


class PreviewOut(Wire):
    """What an act would do now. Confirm by sending `hash` back as `plan_hash`."""

    action: str
    on: EntityRefOut
    title: str = Field(examples=["Roll back checkout 1.4.2 in prod"])
    effects: list[str]
    affected: list[EntityRefOut] = Field(description="What trouble could reach, nearest first.")
    more_affected: bool = Field(description="There are more than are listed.")
    plan: dict[str, Any] = Field(description="Everything that the hash covers.")
    undo: str | None = Field(description="How it is taken back; null when it cannot be.")
    evidence: list[str] = Field(description="Files of the evidence pack that the act leaves.")
    hash: str = Field(description="SHA-256 of the canonical plan (RFC 8785).", examples=["9f86d081…"])


class ActPreflightOut(Wire):
    """The preview, and what policy says to the caller who would do exactly this."""

    preview: PreviewOut
    decision: DecisionOut


@dataclass(frozen=True, slots=True)
class Preflight:
    """A preview and the decision about it."""

    preview: Preview
    decision: Decision


async def preflight(work: Work, body: PreflightIn) -> Preflight:
    """Look, and ask policy. Raises Invalid for an action without a preview or an entity of no known type."""
    ref = _ref(work, body)
    shown = await preview(work, body.action, ref, body.input)
    on = work.tenancy if shown.on == work.tenancy.ref else await load(work, shown.on, "")
    decision = await work.decide(body.action, on, plan=shown.hash)
    return Preflight(shown, decision)


def _ref(work: Work, body: PreflightIn) -> EntityRef:
    if body.id:
        return EntityRef(body.type, body.id)
    if body.type != "identity.tenant":
        raise Invalid.at("/id", f"Which {body.type}? The id is missing.", "Give its id.")
    return work.tenancy.ref


@router.post("/preflights")
async def make_preflight(body: PreflightIn, work: WorkDep) -> ActPreflightOut:
    """What a risky act would do, whom it could hurt, what policy says; nothing is changed."""
    return ActPreflightOut.model_validate(await preflight(work, body))
