"""How things of analytics are loaded when policy is asked about them by name."""

from uuid import UUID

from companyos.kernel.entities import EntityRef
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from .rules.feedback import Feedback
from .rules.purpose import Named, Purpose
from .rules.repair import Repair
from .service.readable import READABLE
from .store.feedback import Feedbacks
from .store.repairs import Repairs


async def load_purpose(work: Work, ref: EntityRef) -> Purpose:
    return Purpose(ref.id)


async def load_table(work: Work, ref: EntityRef) -> Named:
    found = next((table for table, _ in READABLE if table.name == ref.id), None)
    if found is None:
        raise NotFound()
    return Named(found.name, work.environment, found.purposes[0])


async def load_repair(work: Work, ref: EntityRef) -> Repair:
    try:
        return await Repairs(work).get(UUID(ref.id))
    except ValueError:
        raise NotFound() from None


async def load_feedback(work: Work, ref: EntityRef) -> Feedback:
    environment, _, producer = ref.id.partition("/")
    if environment != work.environment:
        raise NotFound()
    return await Feedbacks(work).get(producer)
