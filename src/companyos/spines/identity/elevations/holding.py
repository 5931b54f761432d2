"""What holds: using it for an act, extending it, and looking whether whoever said yes still may."""

from datetime import timedelta
from uuid import UUID

from companyos.kernel.decision import Reason
from companyos.kernel.elevation import Elevation
from companyos.kernel.entities import EntityRef
from companyos.kernel.problems import Conflict, NotFound
from companyos.kernel.work import MFA, Actor, Work

from ..events import ElevationExtended, ElevationUsed
from ..settings import IdentitySettings
from ..store import elevations, people
from ..store.elevations import CLOCK_SKEW, ElevationRequest
from .asking import said
from .ending import void, void_here


class KeptElevations:
    """The kernel's Elevations."""

    async def use(self, work: Work, id: UUID) -> Elevation:
        """See the port. Whether the approver still may is asked first, because a void one is told apart."""
        await _approver_still_may(work, await elevations.get(work.db, work.tenant, id))
        asked = await elevations.get(work.db, work.tenant, id, lock=True)
        if asked.state == "used":
            raise ended("elevation_used", "You have done this already: the elevation was for once.")
        await _still_holds(work, asked)
        if asked.kind != "act":
            return asked.elevation
        now = await elevations.clock(work.db)
        used = await elevations.change(
            work.db, work.tenant, id, state="used", ended_at=now, why="It was used."
        )
        await work.record("identity.elevation.used", used.ref, **said(used))
        work.emit(ElevationUsed(elevation=used.id, title=used.title, person=used.person))
        return asked.elevation


async def extend(work: Work, id: UUID) -> ElevationRequest:
    """Let it hold as long again from now; policy asks for a fresh second factor. There is an end to it, a setting."""
    asked = await elevations.get(work.db, work.tenant, id)
    decision = await work.permit("identity:elevation.extend", asked)
    await _approver_still_may(work, asked)
    asked = await elevations.get(work.db, work.tenant, id, lock=True)
    await _still_holds(work, asked)
    now = await elevations.clock(work.db)
    total = timedelta(minutes=work.settings(IdentitySettings).elevation_total_minutes)
    latest = (asked.started_at or now) + total
    ends_at = min(now + timedelta(minutes=asked.minutes), latest)
    if asked.break_glass or ends_at <= asked.ends_at:
        raise ended("elevation_ended", "It cannot be extended any further; ask for a new one.")
    made = await elevations.change(
        work.db, work.tenant, id, ends_at=ends_at, seen_at=now, extended=asked.extended + 1
    )
    await work.record(
        "identity.elevation.extended", made.ref, decision=decision, ends_at=ends_at.isoformat(), **said(made)
    )
    work.emit(ElevationExtended(elevation=made.id, title=made.title, person=made.person))
    return made


async def recheck(work: Work, approver: UUID) -> None:
    """Void what holds because of somebody's yes, when they could not say it any more."""
    for asked in await elevations.holding(work.db, work.tenant, approved_by=approver):
        if (lost := await _lost(work, asked)) is not None:
            await void_here(work, asked.id, lost)


def ended(code: str, sentence: str) -> Conflict:
    """The refusal of an elevation that does not hold."""
    return Conflict(sentence, reasons=[Reason(code, sentence)])


async def _still_holds(work: Work, asked: ElevationRequest) -> None:
    now = await elevations.clock(work.db)
    if asked.state != "approved" or asked.ends_at <= now or asked.seen_at > now + CLOCK_SKEW:
        raise ended("elevation_ended", "The elevation has ended; ask for a new one.")


async def _approver_still_may(work: Work, asked: ElevationRequest) -> None:
    if (lost := await _lost(work, asked)) is not None:
        await void(work, asked, lost)
        raise ended("elevation_void", lost)


async def _lost(work: Work, asked: ElevationRequest) -> str | None:
    """Why an approval does not count any more; None when it does."""
    if asked.decided_by is None or asked.break_glass:
        return None
    action = "identity:elevation.grant" if asked.kind == "span" else "identity:elevation.approve"
    by = await _approver(work, asked)
    if by is not None:
        own = Work(work.house, work.db, by, work.tenant, asked.environment, work.now)
        on = own.tenancy if asked.kind == "span" else asked.resource
        if (await work.house.gate.decide(own, action, on, plan="")).allowed:
            return None
    return f"{asked.decided_by_name} approved it and may not approve it any more."


async def _approver(work: Work, asked: ElevationRequest) -> Actor | None:
    """Whoever said yes, as they are now. They proved presence then; it is their right that is looked at again."""
    id = asked.decided_by
    assert id is not None
    try:
        member = await people.member(work.db, work.tenant, id)
    except NotFound:
        return None
    if member.status != "active":
        return None
    more = await elevations.roles_of(work.db, work.tenant, id, asked.environment)
    roles = frozenset(member.roles) | more
    return Actor("person", str(id), member.name, roles=roles, acr=MFA, auth_time=work.now)


async def load(work: Work, ref: EntityRef) -> ElevationRequest:
    """How policy is asked about one by its name."""
    try:
        return await elevations.get(work.db, work.tenant, UUID(ref.id))
    except ValueError:
        raise NotFound() from None
