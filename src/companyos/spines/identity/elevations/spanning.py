"""Span of control: sight of a tenant's totals for somebody outside it, granted by an administrator of that tenant."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from companyos.kernel.entities import EntityRef
from companyos.kernel.preflight import Input, Preview
from companyos.kernel.problems import Invalid
from companyos.kernel.work import Work

from ..events import SpanGranted
from ..settings import IdentitySettings
from ..store import elevations, people
from ..store.elevations import ElevationRequest
from .asking import check_minutes, keep, plan_changed, said

SPAN = "console:span.read"
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
        attachments={"plan.json": {**shown.plan, "hash": shown.hash, "reason": reason}},
    )
    work.emit(SpanGranted(elevation=made.id, title=made.title, person=email))
    return made


async def spanned(work: Work) -> list[ElevationRequest]:
    """The spans that the Work's actor holds in other tenants now, in this environment; by tenant, each once."""
    if work.actor.kind != "person":
        return []
    found = await elevations.spans_of(work.db, UUID(work.actor.id), work.environment, SPAN)
    return [span for span in found if span.tenant_id != work.tenant]


def within(work: Work, span: ElevationRequest, own: Work) -> Work:
    """The actor's Work in the spanned tenant: there they have no role, and nothing but this span."""
    actor = replace(work.actor, roles=frozenset(), elevations=(span.elevation,))
    return replace(own, actor=actor)
