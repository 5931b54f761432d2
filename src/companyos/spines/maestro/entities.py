"""How plans and runs are loaded when policy is asked about them by name."""

from uuid import UUID

from companyos.kernel.entities import EntityRef
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from .rules.run import Run
from .store import Plans, Runs
from .store.plans import KeptPlan


async def load_plan(work: Work, ref: EntityRef) -> KeptPlan:
    return await Plans(work).get(ref.id)


async def load_run(work: Work, ref: EntityRef) -> Run:
    try:
        return await Runs(work).get(UUID(ref.id))
    except ValueError:
        raise NotFound() from None
