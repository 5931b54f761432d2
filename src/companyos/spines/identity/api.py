"""HTTP of identity: who am I, tenants, people, roles, service accounts, sign-ins."""

from fastapi import APIRouter

from companyos.kernel.http import WorkDep

from .service import me as own
from .wire import MeOut

router = APIRouter(tags=["identity"])


@router.get("/me")
async def me(work: WorkDep) -> MeOut:
    """Who you are, where you are, and where else you belong."""
    return await own.me(work)
