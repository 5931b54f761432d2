"""How schemas are loaded when policy is asked about them by name."""

from companyos.kernel.entities import EntityRef
from companyos.kernel.work import Work

from .service.reading import standing
from .store import KeptSchema


async def load_schema(work: Work, ref: EntityRef) -> KeptSchema:
    return await standing(work, ref.id)
