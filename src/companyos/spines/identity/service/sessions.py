"""A person's own sign-ins."""

from uuid import UUID

from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..issuer.revoking import revoke_everywhere
from ..store import grants


async def own(work: Work) -> list[grants.Grant]:
    """The caller's living sign-ins to this tenant, the last used first."""
    await work.permit("identity:session.list", work.tenancy)
    return await grants.of_person(work.db, work.tenant, UUID(work.actor.id), work.now)


async def end(work: Work, grant_id: UUID) -> None:
    """End one of them, here and in every other tenant that it reached.

    Ending happens in transactions of its own, one per tenant, each of which records it there.
    """
    await work.permit("identity:session.end", work.tenancy)
    grant = await grants.get(work.db, work.tenant, grant_id)
    if grant is None or str(grant.person_id) != work.actor.id or grant.revoked_at is not None:
        raise NotFound()
    await revoke_everywhere(work.house, UUID(work.actor.id), grant_id, because="ended")
