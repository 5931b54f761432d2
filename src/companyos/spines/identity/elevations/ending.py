"""How an elevation ends before its time: given back, taken away, or void."""

from uuid import UUID

from companyos.kernel.decision import Decision, Reason
from companyos.kernel.problems import Conflict
from companyos.kernel.work import Work

from ..events import ElevationRevoked, ElevationVoided, ElevationWithdrawn
from ..store import elevations
from ..store.elevations import ElevationRequest, State
from .asking import said

OPEN: tuple[State, ...] = ("requested", "approved")


async def withdraw(work: Work, id: UUID) -> ElevationRequest:
    """Take one's own request back before anybody has decided."""
    asked = await elevations.get(work.db, work.tenant, id, lock=True)
    decision = await work.permit("identity:elevation.withdraw", asked)
    _only(asked, "requested")
    made = await _end(work, asked, "withdrawn", "The requester took it back.", decision)
    work.emit(ElevationWithdrawn(elevation=made.id, title=made.title, person=made.person))
    return made


async def revoke(work: Work, id: UUID, *, reason: str) -> ElevationRequest:
    """End it now. It holds for no request that begins after this one; open tabs hear of it at once."""
    asked = await elevations.get(work.db, work.tenant, id, lock=True)
    decision = await work.permit("identity:elevation.revoke", asked)
    _only(asked, "approved")
    made = await _end(work, asked, "revoked", reason, decision)
    work.emit(ElevationRevoked(elevation=made.id, title=made.title, person=made.person))
    return made


async def void(work: Work, asked: ElevationRequest, why: str) -> None:
    """End it because it may not hold any more, in a transaction of its own: the Work that found out is refused."""
    async with work.house.begin(
        tenant=work.tenant, environment=work.environment, trace_id=work.trace_id
    ) as own:
        await void_here(own, asked.id, why)


async def void_here(work: Work, id: UUID, why: str) -> None:
    """End it because it may not hold any more; nothing happens when it has ended."""
    asked = await elevations.get(work.db, work.tenant, id, lock=True)
    if asked.state in OPEN:
        made = await _end(work, asked, "void", why, None)
        work.emit(ElevationVoided(elevation=made.id, title=made.title, person=made.person))


async def _end(
    work: Work, asked: ElevationRequest, state: State, why: str, decision: Decision | None
) -> ElevationRequest:
    now = await elevations.clock(work.db)
    made = await elevations.change(work.db, work.tenant, asked.id, state=state, ended_at=now, why=why)
    name = "voided" if state == "void" else state
    await work.record(f"identity.elevation.{name}", made.ref, decision=decision, why=why, **said(made))
    return made


def _only(asked: ElevationRequest, state: State) -> None:
    if asked.state != state:
        sentence = f"It is {asked.state}; only what is {state} can be ended so."
        raise Conflict(sentence, reasons=[Reason("elevation_ended", sentence)])
