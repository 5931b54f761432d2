"""How the entities of operations are loaded when policy is asked about them by name."""

from uuid import UUID

from companyos.kernel.entities import EntityRef
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from .public.types import Deployment, Hook, Incident, Service
from .store import Deployments, Hooks, Incidents, Services


async def load_service(work: Work, ref: EntityRef) -> Service:
    return await Services(work).named(ref.id)


async def load_deployment(work: Work, ref: EntityRef) -> Deployment:
    return await Deployments(work).get(_id(ref))


async def load_hook(work: Work, ref: EntityRef) -> Hook:
    return await Hooks(work).get(_id(ref))


async def load_incident(work: Work, ref: EntityRef) -> Incident:
    return await Incidents(work).get(_id(ref))


def _id(ref: EntityRef) -> UUID:
    try:
        return UUID(ref.id)
    except ValueError:
        raise NotFound() from None
