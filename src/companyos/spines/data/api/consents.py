"""One's own consents over HTTP."""

from fastapi import APIRouter

from companyos.kernel.http import WorkDep

from ..service import consenting
from ..wire.consents import ConsentIn, ConsentOut, ConsentScope, ConsentsOut

router = APIRouter(prefix="/consents", tags=["consents"])


@router.get("")
async def list_consents(work: WorkDep) -> ConsentsOut:
    """What you agreed to in this tenant, of everything that CompanyOS asks for."""
    found = await consenting.own_consents(work)
    return ConsentsOut(items=[ConsentOut.model_validate(one) for one in found])


@router.put("/{scope}")
async def choose_consent(work: WorkDep, scope: ConsentScope, body: ConsentIn) -> ConsentOut:
    """Agree, refuse, or take your consent back. From then on your events are collected, or none of them."""
    return ConsentOut.model_validate(await consenting.choose(work, scope, given=body.given))
