"""Telling an outsider's own tenants that a span of theirs began or ended, so that their open tabs hear of it."""

from uuid import UUID

from companyos.kernel.events import on
from companyos.kernel.work import Actor, Work

from ..events import ElevationExpired, ElevationRevoked, ElevationVoided, SpanChanged, SpanGranted
from ..store import elevations, people


@on(SpanGranted)
async def span_granted(work: Work, event: SpanGranted) -> None:
    """A span began."""
    await _tell(work, event.elevation)


@on(ElevationRevoked)
async def span_revoked(work: Work, event: ElevationRevoked) -> None:
    """Somebody ended it."""
    await _tell(work, event.elevation)


@on(ElevationExpired)
async def span_expired(work: Work, event: ElevationExpired) -> None:
    """Its time was over."""
    await _tell(work, event.elevation)


@on(ElevationVoided)
async def span_voided(work: Work, event: ElevationVoided) -> None:
    """It may not hold any more."""
    await _tell(work, event.elevation)


async def _tell(work: Work, id: UUID) -> None:
    span = await elevations.get(work.db, work.tenant, id)
    if span.kind != "span" or span.person_id is None:
        return
    # Memberships in other tenants are seen by the person alone, so it is asked in their name.
    them = Actor("person", str(span.person_id), span.person)
    async with work.house.begin(actor=them) as own:
        homes = [m.tenant for m in await people.memberships(own.db, span.person_id)]
    for home in homes:
        async with work.house.begin(tenant=home, environment=work.environment) as there:
            there.emit(SpanChanged(elevation=span.id, title=span.title, person=span.person))
