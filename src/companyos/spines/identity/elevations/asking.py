"""Asking for an elevation: a role for a time, or exactly one act."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.domain import LoadEntity
from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.ids import new_id
from companyos.kernel.preflight import Preview, has_preview, preview
from companyos.kernel.problems import Conflict, Invalid, NotFound
from companyos.kernel.rows import check_seen
from companyos.kernel.work import Work

from ..events import ElevationRequested
from ..rules import unlike
from ..settings import IdentitySettings
from ..store import elevations
from ..store.elevations import ElevationRequest
from .wire import AskIn


async def request(work: Work, body: AskIn) -> ElevationRequest:
    """Ask. Asking for the same again, while it is open, gives the request that is open already.

    Raises Conflict when the plan is not the one that was seen any more, or when the actor needs no elevation.
    """
    decision = await work.permit("identity:elevation.request", work.tenancy)
    check_minutes(work, body.minutes)
    wanted = await _role(work, body) if body.kind == "role" else await _act(work, body)
    own = await elevations.page(
        work.db,
        work.tenant,
        person=UUID(work.actor.id),
        states=("requested",),
        limit=work.settings(IdentitySettings).elevation_open_requests,
    )
    asked = next((r for r in own if _same(r, work, wanted)), None)
    if asked is not None:
        return asked
    if len(own) >= work.settings(IdentitySettings).elevation_open_requests:
        raise Conflict(f"You have {len(own)} open requests, which is the limit; withdraw one first.")
    made = await keep(work, {**wanted, "minutes": body.minutes, "reason": body.reason, "state": "requested"})
    await work.record(
        "identity.elevation.requested", made.ref, decision=decision, title=made.title, **said(made)
    )
    work.emit(ElevationRequested(elevation=made.id, title=made.title, person=made.person))
    return made


async def keep(work: Work, row: dict[str, Any]) -> ElevationRequest:
    """Add a row for the Work's actor; a request lapses when nobody decides in time."""
    now = await elevations.clock(work.db)
    lapses = now + timedelta(hours=work.settings(IdentitySettings).elevation_request_hours)
    times = {"requested_at": now, "seen_at": now, "ends_at": lapses}
    who = {"person_id": UUID(work.actor.id), "person": work.actor.name}
    id = new_id()
    place = {"tenant_id": work.tenant, "id": id, "environment": work.environment}
    await elevations.add(work.db, {**place, **who, **times, **row})
    return await elevations.get(work.db, work.tenant, id)


def said(made: ElevationRequest) -> dict[str, Any]:
    """What audit records tell of one."""
    told = {"kind": made.kind, "role": made.role, "asked": made.action, "on": made.resource_name}
    shown = {name: value for name, value in told.items() if value}
    if made.plan:
        shown["plan"] = made.plan
    return {**shown, "requester": made.person, "minutes": made.minutes, "reason": made.reason}


def check_minutes(work: Work, minutes: int, most: int | None = None) -> None:
    """Raise Invalid when it would last too long."""
    most = most or work.settings(IdentitySettings).elevation_minutes
    if not 1 <= minutes <= most:
        raise Invalid.at("/minutes", f"{minutes} minutes are not possible.", f"Ask for 1 to {most} minutes.")


def check_role(work: Work, role: str) -> str:
    """The title of a role. Raises Invalid for one that policy does not know."""
    known = work.house.gate.roles
    for _, wrong in unlike([role], known):
        raise Invalid.at("/role", f"There is no role {wrong!r}.", f"Use one of {', '.join(known)}.")
    return known[role]


def told(shown: Preview) -> dict[str, Any]:
    """A preview as it is kept for the approver."""
    return {**asdict(shown), "affected": [asdict(a) for a in shown.affected], "hash": shown.hash}


async def _role(work: Work, body: AskIn) -> dict[str, Any]:
    title = check_role(work, body.role)
    if body.role in work.actor.roles:
        raise _not_needed(f"You have the role {title} already.")
    return {"kind": "role", "role": body.role, "title": f"{title} in {work.environment}"}


async def _act(work: Work, body: AskIn) -> dict[str, Any]:
    ref = EntityRef(body.type, body.id) if body.id else work.tenancy.ref
    row: dict[str, Any] = {"kind": "act", "action": body.action, "input": body.input}
    if has_preview(work, body.action):
        shown = await preview(work, body.action, ref, body.input)
        if body.plan_hash and body.plan_hash != shown.hash:
            raise plan_changed()
        row |= {"title": shown.title, "preview": told(shown), "plan": shown.hash}
    else:
        row |= {"title": f"{_title(work, body.action)}: {ref}"}
    decision = await work.decide(body.action, await resource_of(work, ref), plan=row.get("plan", ""))
    if decision.hidden:
        raise NotFound()
    if decision.allowed or all(r.code == "step_up_needed" for r in decision.reasons):
        raise _not_needed("You may do this without asking.")
    return {**row, "resource": str(ref)}


async def resource_of(work: Work, ref: EntityRef) -> Resource:
    """An entity as policy sees it. Raises NotFound, Invalid for a type that nobody loads."""
    if ref == work.tenancy.ref:
        return work.tenancy
    loaders: dict[str, LoadEntity] = {
        type_: load for part in work.house.parts for type_, load in part.entities.items()
    }
    if ref.type not in loaders:
        raise Invalid.at("/type", f"Nothing of type {ref.type!r} can be asked for.")
    await check_seen(work, ref.type, ref.id)
    return (await loaders[ref.type](work, ref)).resource


def plan_changed() -> Conflict:
    """The refusal of a plan that is not the one that was shown."""
    sentence = "What would be done has changed since it was shown."
    remedy = Remedy("fix_input", "Look at the preflight again; a changed plan needs a new request.")
    return Conflict(sentence, reasons=[Reason("plan_changed", sentence, "/plan_hash", remedy)])


def _title(work: Work, action: str) -> str:
    for part in work.house.parts:
        for known in part.actions:
            if known.name == action:
                return known.title
    raise Invalid.at("/action", f"There is no action {action!r}.", "docs/reference/actions.md lists them.")


def _same(open_: ElevationRequest, work: Work, wanted: dict[str, Any]) -> bool:
    names = ("role", "action", "plan")
    mine = (*(getattr(open_, n) for n in names), open_.resource_name, open_.input, open_.environment)
    theirs = (*(wanted.get(n, "") for n in names), wanted.get("resource", ""), wanted.get("input", {}))
    return mine == (*theirs, work.environment)


def _not_needed(sentence: str) -> Conflict:
    return Conflict(sentence, reasons=[Reason("elevation_not_needed", sentence)])
