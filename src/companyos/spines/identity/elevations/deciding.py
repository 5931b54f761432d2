"""Somebody else's yes or no. A yes is a risky act: it is shown before, bound to its hash, and leaves evidence."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from companyos.kernel.decision import Reason
from companyos.kernel.entities import EntityRef
from companyos.kernel.preflight import Input, Preview, preview
from companyos.kernel.problems import Conflict, NotFound
from companyos.kernel.rows import check_seen
from companyos.kernel.work import Work

from ..events import ElevationApproved, ElevationDenied
from ..store import elevations
from ..store.elevations import ElevationRequest
from .asking import plan_changed, said, told
from .ending import void

EVIDENCE = ("record.json", "decision.json", "plan.json")


async def page(
    work: Work,
    *,
    mine: bool,
    states: Sequence[str],
    unreviewed: bool,
    after: Sequence[Any] | None,
    limit: int,
) -> list[ElevationRequest]:
    """What the actor may see, newest first, one more than `limit` when there are more."""
    await work.permit("identity:elevation.list", work.tenancy)
    return await elevations.page(
        work.db,
        work.tenant,
        seen=await work.visible("identity:elevation.read"),
        person=UUID(work.actor.id) if mine else None,
        states=states,
        unreviewed=unreviewed,
        after=after,
        limit=limit,
    )


async def one(work: Work, id: UUID) -> ElevationRequest:
    """One request. Raises NotFound, also when it is none of the actor's business."""
    await check_seen(work, "identity.elevation", id)
    asked = await elevations.get(work.db, work.tenant, id)
    await work.permit("identity:elevation.read", asked)
    return asked


async def preview_approval(work: Work, ref: EntityRef, _: Input) -> Preview:
    """What a yes would do: what somebody may do then, and what that act would do now."""
    try:
        asked = await one(work, UUID(ref.id))
    except ValueError:
        raise NotFound() from None
    open_only(asked)
    return _shown(asked, await _act(work, asked))


async def approve(work: Work, id: UUID, *, plan_hash: str, note: str) -> ElevationRequest:
    """Say yes to exactly what was asked; the time starts now.

    A plan that has changed since it was asked for voids the request. Of two who decide at once, one is told
    that it was decided already.
    """
    asked = await one(work, id)
    open_only(asked)
    try:
        act = await _act(work, asked)
    except Conflict as changed:
        await void(work, asked, f"The plan changed before it was approved: {changed.detail}")
        raise
    shown = _shown(asked, act)
    decision = await work.permit("identity:elevation.approve", asked, plan=shown.hash)
    if shown.hash != plan_hash:
        raise plan_changed()
    open_only(await elevations.get(work.db, work.tenant, id, lock=True))
    now = await elevations.clock(work.db)
    times = {"started_at": now, "seen_at": now, "ends_at": now + timedelta(minutes=asked.minutes)}
    made = await _decide(work, asked, note, state="approved", decided_at=now, **times)
    record = await work.record(
        "identity.elevation.approved", made.ref, decision=decision, note=note, **said(made)
    )
    await work.evidence(record, title=shown.title, attachments={"plan.json": shown.plan})
    work.emit(ElevationApproved(elevation=made.id, title=made.title, person=made.person))
    return made


async def deny(work: Work, id: UUID, *, note: str) -> ElevationRequest:
    """Say no, and why."""
    asked = await one(work, id)
    decision = await work.permit("identity:elevation.deny", asked)
    open_only(await elevations.get(work.db, work.tenant, id, lock=True))
    now = await elevations.clock(work.db)
    made = await _decide(work, asked, note, state="denied", decided_at=now, ended_at=now, why=note)
    await work.record("identity.elevation.denied", made.ref, decision=decision, note=note, **said(made))
    work.emit(ElevationDenied(elevation=made.id, title=made.title, person=made.person))
    return made


def open_only(asked: ElevationRequest) -> None:
    """Raises Conflict when somebody has decided already, or it has lapsed."""
    if asked.state == "requested":
        return
    by = f" by {asked.decided_by_name}" if asked.decided_by_name else ""
    sentence = f"It is {asked.state}{by} already."
    raise Conflict(sentence, reasons=[Reason("elevation_decided", sentence)])


async def _decide(work: Work, asked: ElevationRequest, note: str, **changed: Any) -> ElevationRequest:
    who = {"decided_by": UUID(work.actor.id), "decided_by_name": work.actor.name, "note": note}
    return await elevations.change(work.db, work.tenant, asked.id, **who, **changed)


async def _act(work: Work, asked: ElevationRequest) -> Preview | None:
    """What the act would do now; Conflict when that is not what was asked for."""
    if not asked.plan:
        return None
    now = await preview(work, asked.action, EntityRef.parse(asked.resource_name), asked.input or {})
    if now.hash != asked.plan:
        raise plan_changed()
    return now


def _shown(asked: ElevationRequest, act: Preview | None) -> Preview:
    plan = {"elevation": str(asked.id), "environment": asked.environment, **said(asked)}
    first = (
        f"{asked.person} is {asked.title} for {asked.minutes} minutes from your yes on."
        if asked.kind == "role"
        else f"{asked.person} may do this once, within {asked.minutes} minutes from your yes on, and only as shown."
    )
    return Preview(
        action="identity:elevation.approve",
        on=asked.ref,
        title=f"Approve for {asked.person}: {asked.title}",
        effects=(first, *(act.effects if act else ())),
        plan={**plan, "act": told(act)["plan"]} if act else plan,
        affected=act.affected if act else (),
        more_affected=act.more_affected if act else False,
        undo="Revoke it; what was done meanwhile stays done.",
        evidence=EVIDENCE,
    )
