"""The caller about themselves."""

from datetime import datetime, timedelta
from uuid import UUID

from companyos.kernel.work import MFA, Work

from ..store import people, tenants
from ..wire import MembershipOut, MeOut, PersonRef, TenantRef


async def me(work: Work) -> MeOut:
    """Who the token speaks for. Needs no permission: it is what the token itself says, as of now."""
    actor = work.actor
    here = await tenants.by_id(work.db, work.tenant)
    person = await people.by_id(work.db, UUID(actor.id)) if actor.kind == "person" else None
    elsewhere = await people.memberships(work.db, person.id) if person else []
    return MeOut(
        person=PersonRef(id=UUID(actor.id), name=actor.name, email=person.email if person else ""),
        kind=actor.kind,
        tenant=TenantRef(id=here.id, slug=here.slug, name=here.name),
        environment=work.environment,
        roles=sorted(actor.roles),
        acr=actor.acr,
        auth_time=actor.auth_time,
        elevation_ends_at=elevation_ends_at(work),
        demo=here.demo,
        memberships=[
            MembershipOut(
                tenant=TenantRef(id=m.tenant, slug=m.slug, name=m.name),
                environments=list(m.environments),
                roles=list(m.roles),
            )
            for m in elsewhere
        ],
    )


def elevation_ends_at(work: Work) -> datetime | None:
    """When the second factor stops counting as fresh; None when there is none or it has."""
    actor = work.actor
    if actor.acr != MFA or actor.auth_time is None:
        return None
    ends = actor.auth_time + timedelta(seconds=work.house.settings.step_up_max_age)
    return ends if ends > work.now else None
