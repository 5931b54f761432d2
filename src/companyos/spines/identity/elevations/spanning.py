"""Span of control: sight of a tenant's totals for somebody outside it, granted by an administrator of that tenant."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from companyos.kernel.elevation import Elevation
from companyos.kernel.entities import EntityRef
from companyos.kernel.preflight import Input, Preview
from companyos.kernel.problems import Invalid
from companyos.kernel.work import Work

from ..events import SpanGranted
from ..settings import IdentitySettings
from ..store import elevations, people, tenants
from ..store.elevations import ElevationRequest
from .asking import check_minutes, keep, plan_changed, said

SPAN = "identity:tenant.span"
"""The action that a span is for: seeing the totals of one tenant."""


async def preview_grant(work: Work, ref: EntityRef, input: Input) -> Preview:
    """What granting a span would do. `input`: email, minutes."""
    email, minutes = input.get("email"), input.get("minutes")
    if not isinstance(email, str) or not email.strip() or not isinstance(minutes, int):
        raise Invalid.at("/input", "email (a text) and minutes (a number) are needed.")
    check_minutes(work, minutes, work.settings(IdentitySettings).span_minutes)
    email = email.strip().lower()
    return Preview(
        action="identity:elevation.grant",
        on=work.tenancy.ref,
        title=f"Let {email} see the totals of this tenant",
        effects=(
            f"Whoever signs in as {email} sees, beside their own tenant, how many services, open incidents and "
            f"deployments this tenant has in {work.environment}; nothing else of it.",
            f"It ends by itself after {minutes} minutes; any administrator here can end it before.",
        ),
        plan={
            "email": email,
            "minutes": minutes,
            "environment": work.environment,
            "tenant": str(work.tenant),
        },
        undo="Revoke it.",
        evidence=("record.json", "decision.json", "plan.json"),
    )


async def grant(work: Work, *, email: str, minutes: int, reason: str, plan_hash: str) -> ElevationRequest:
    """Grant a span. The answer is the same whether or not somebody has that address, so that nobody learns it."""
    shown = await preview_grant(work, work.tenancy.ref, {"email": email, "minutes": minutes})
    decision = await work.permit("identity:elevation.grant", work.tenancy, plan=shown.hash)
    if shown.hash != plan_hash:
        raise plan_changed()
    email = str(shown.plan["email"])
    person = await people.by_email(work.db, email)
    now = await elevations.clock(work.db)
    times = {"started_at": now, "decided_at": now, "ends_at": now + timedelta(minutes=minutes)}
    made = await keep(
        work,
        {
            "kind": "span",
            "person_id": person.id if person else None,
            "person": email,
            "action": SPAN,
            "resource": str(work.tenancy.ref),
            "title": "Totals of this tenant",
            "minutes": minutes,
            "reason": reason,
            "state": "approved",
            "decided_by": UUID(work.actor.id),
            "decided_by_name": work.actor.name,
            **times,
        },
    )
    record = await work.record("identity.span.granted", made.ref, decision=decision, **said(made))
    await work.evidence(
        record,
        title=shown.title,
        attachments={"plan.json": shown.plan},
    )
    work.emit(SpanGranted(elevation=made.id, title=made.title, person=email))
    return made


@dataclass(frozen=True, slots=True)
class Span:
    """Sight of one other tenant's totals that somebody holds now."""

    elevation: Elevation
    tenant: UUID
    slug: str
    name: str
    region: str


async def spanned(work: Work) -> list[Span]:
    """The spans that the Work's actor holds in other tenants now, in this environment; each tenant once."""
    if work.actor.kind != "person":
        return []
    held = await elevations.spans_of(work.db, UUID(work.actor.id), work.environment, SPAN)
    found = [span for span in held if span.tenant_id != work.tenant]
    told = [(span, await tenants.by_id(work.db, span.tenant_id)) for span in found]
    return [Span(span.elevation, one.id, one.slug, one.name, one.region) for span, one in told]


@asynccontextmanager
async def entering(work: Work, span: Span) -> AsyncIterator[Work]:
    """A Work of the same actor in the spanned tenant, where they have no role and nothing but this span."""
    actor = replace(work.actor, roles=frozenset(), elevations=(span.elevation,))
    async with work.house.begin(
        tenant=span.tenant, environment=work.environment, actor=actor, trace_id=work.trace_id
    ) as there:
        yield there
