"""Break-glass: a role at once and without a yes, loudly, and looked at by somebody else afterwards."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import true

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.entities import EntityRef
from companyos.kernel.preflight import Input, Preview
from companyos.kernel.problems import Conflict, Invalid
from companyos.kernel.work import Actor, Work

from ..events import ElevationReviewed, GlassBroken
from ..settings import IdentitySettings
from ..store import elevations, people
from ..store.elevations import ElevationRequest, Verdict
from .asking import check_minutes, check_role, keep, plan_changed, said
from .deciding import one
from .holding import ended

MEMBERS = 200
"""How many members are looked at in one query."""


async def preview_breaking(work: Work, ref: EntityRef, input: Input) -> Preview:
    """What breaking the glass would do. `input`: role, minutes, reason."""
    role, minutes, reason = input.get("role"), input.get("minutes"), input.get("reason", "")
    if not isinstance(role, str) or not isinstance(minutes, int) or not isinstance(reason, str):
        raise Invalid.at("/input", "role (a text), minutes (a number) and reason (a text) are needed.")
    title = check_role(work, role)
    check_minutes(work, minutes, work.settings(IdentitySettings).break_glass_minutes)
    return Preview(
        action="identity:elevation.break_glass",
        on=work.tenancy.ref,
        title=f"Break the glass: {title} in {work.environment} for {minutes} minutes",
        effects=(
            f"You are {title} in {work.environment} at once, for {minutes} minutes; nobody is asked.",
            "Every administrator of the tenant is told now, with your name and your reason.",
            "Somebody else must review it; until then you cannot break the glass again.",
        ),
        plan={"role": role, "minutes": minutes, "environment": work.environment, "person": work.actor.ref},
        undo="Give it back early; the review stays.",
        evidence=("record.json", "decision.json", "plan.json"),
    )


async def break_glass(
    work: Work, *, role: str, minutes: int, reason: str, plan_hash: str
) -> ElevationRequest:
    """Take a role now. Raises Conflict while an earlier breaking waits for its review."""
    asked = {"role": role, "minutes": minutes, "reason": reason}
    shown = await preview_breaking(work, work.tenancy.ref, asked)
    decision = await work.permit("identity:elevation.break_glass", work.tenancy, plan=shown.hash)
    if shown.hash != plan_hash:
        raise plan_changed()
    await _nothing_waits(work)
    now = await elevations.clock(work.db)
    times = {"started_at": now, "decided_at": now, "ends_at": now + timedelta(minutes=minutes)}
    row = {"kind": "role", "title": f"{work.house.gate.roles[role]} in {work.environment}", **asked}
    made = await keep(work, {**row, **times, "state": "approved", "break_glass": True})
    record = await work.record("identity.glass.broken", made.ref, decision=decision, **said(made))
    await work.evidence(
        record,
        title=shown.title,
        attachments={"plan.json": shown.plan},
    )
    work.emit(GlassBroken(elevation=made.id, title=made.title, person=made.person, reason=reason))
    return made


async def review(work: Work, id: UUID, *, verdict: Verdict, note: str) -> ElevationRequest:
    """Say afterwards whether the glass was rightly broken."""
    broken = await one(work, id)
    decision = await work.permit("identity:elevation.review", broken)
    broken = await elevations.get(work.db, work.tenant, id, lock=True)
    if not broken.break_glass or broken.reviewed_at is not None:
        told = "It was reviewed already." if broken.break_glass else "Only a broken glass is reviewed."
        raise ended("nothing_to_review", told)
    made = await elevations.change(
        work.db,
        work.tenant,
        id,
        reviewed_by=UUID(work.actor.id),
        reviewed_by_name=work.actor.name,
        reviewed_at=await elevations.clock(work.db),
        verdict=verdict,
        note=note,
    )
    await work.record(
        "identity.elevation.reviewed", made.ref, decision=decision, verdict=verdict, note=note, **said(made)
    )
    work.emit(ElevationReviewed(elevation=made.id, title=made.title, person=made.person, verdict=verdict))
    return made


async def _nothing_waits(work: Work) -> None:
    waiting = await elevations.page(
        work.db,
        work.tenant,
        person=UUID(work.actor.id),
        unreviewed=True,
        limit=1,
    )
    if waiting:
        sentence = "You broke the glass before, and nobody has reviewed it yet."
        remedy = Remedy(
            "request_access", "Ask an administrator to review it, or to approve a request instead."
        )
        raise Conflict(sentence, reasons=[Reason("review_pending", sentence, None, remedy)])


async def reviewers(work: Work, id: UUID) -> tuple[ElevationRequest, list[str]]:
    """A broken glass, and the email of every member who may review it, as policy says now."""
    broken = await elevations.get(work.db, work.tenant, id)
    found: list[str] = []
    after: tuple[str, UUID] | None = None
    while batch := (await people.members(work.db, work.tenant, after, MEMBERS, true()))[:MEMBERS]:
        found += [one.email for one in batch if await _may_review(work, one, broken)]
        after = (batch[-1].name, batch[-1].id)
    return broken, found


async def _may_review(work: Work, member: people.Member, broken: ElevationRequest) -> bool:
    if member.status != "active":
        return False
    actor = Actor("person", str(member.id), member.name, roles=frozenset(member.roles))
    own = replace(work, actor=actor)
    return (await work.house.gate.decide(own, "identity:elevation.review", broken.resource, plan="")).allowed
