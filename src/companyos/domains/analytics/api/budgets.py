"""Budgets over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Path

from companyos.kernel.http import WorkDep

from ..service import budgets
from ..wire.budgets import BudgetIn, BudgetsOut, SpenderOut, SpentDayOut
from ..wire.questions import BudgetOut, SpendingOut

router = APIRouter(prefix="/analytics/budgets", tags=["analytics"])

Holder = Annotated[
    str,
    Path(
        max_length=80,
        description="`tenant` (all together), `person` (each one), or one: `person:<id>`, `service:<id>`.",
        examples=["person"],
    ),
]


@router.get("")
async def list_budgets(work: WorkDep) -> BudgetsOut:
    """What questions may read today and what they read; for administrators also who asked."""
    found = await budgets.overview(work)
    return BudgetsOut(
        today=BudgetOut.model_validate(found.mine),
        each=SpendingOut.model_validate(found.each),
        people=[SpenderOut.model_validate(one) for one in found.people],
        days=[SpentDayOut.model_validate(one) for one in found.days],
    )


@router.put("/{holder}")
async def set_budget(work: WorkDep, holder: Holder, body: BudgetIn) -> BudgetOut:
    """Set how much a holder's questions may read in a day, or go back to the default; the answer is what you have."""
    await budgets.put(work, holder, body.bytes)
    return BudgetOut.model_validate(await budgets.budget_of(work, work.actor))
