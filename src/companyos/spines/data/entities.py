"""How schemas and consents are loaded when policy is asked about them by name."""

from uuid import UUID

from companyos.kernel.entities import EntityRef
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work
from companyos.spines.identity.public import person_now

from .service.reading import standing
from .store import KeptSchema
from .store.consents import OfPerson
from .store.erasures import Erasure, Erasures


async def load_schema(work: Work, ref: EntityRef) -> KeptSchema:
    return await standing(work, ref.id)


async def load_consents(work: Work, ref: EntityRef) -> OfPerson:
    """The consents of a person who is in the tenant now; the id is theirs."""
    try:
        person = UUID(ref.id)
    except ValueError:
        raise NotFound() from None
    if await person_now(work, person) is None:
        raise NotFound()
    return OfPerson(person)


async def load_erasure(work: Work, ref: EntityRef) -> Erasure:
    try:
        return await Erasures(work).get(UUID(ref.id))
    except ValueError:
        raise NotFound() from None
