"""HTTP shapes of budgets."""

from datetime import date

from pydantic import Field

from companyos.kernel.http import Wire

from .questions import BudgetOut, SpendingOut


class BudgetIn(Wire):
    """A budget to set."""

    bytes: int | None = Field(
        ge=0,
        le=9_000_000_000_000_000,
        description="That questions may read in a day (UTC); null goes back to the default.",
        examples=[5_000_000_000],
    )


class SpenderOut(Wire):
    """Somebody who asked today, or has a budget of their own."""

    actor: str = Field(examples=["person:019ac0de-0000-7000-8000-000000000001"])
    questions: int
    spending: SpendingOut


class SpentDayOut(Wire):
    """What the tenant's questions read on a day."""

    day: date
    questions: int
    spent: int


class BudgetsOut(Wire):
    """Budgets and their use. `people` is empty for who may not set budgets."""

    today: BudgetOut
    each: SpendingOut = Field(description="What each person has without a budget of their own.")
    people: list[SpenderOut] = Field(description="Most spent first.")
    days: list[SpentDayOut] = Field(description="The last 30 days with questions, oldest first.")
