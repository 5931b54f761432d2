"""What may be read in a day, by a tenant and by each of its people, and whether a question fits into it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from companyos.kernel.decision import Reason, Remedy

Whose = Literal["tenant", "you"]


@dataclass(frozen=True, slots=True)
class Spending:
    """Bytes of one day: how many may be read, and how many were or are being read. `own` says that somebody set it."""

    limit: int
    spent: int
    own: bool = False

    @property
    def left(self) -> int:
        return max(0, self.limit - self.spent)


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of a day (UTC) for the tenant and for the one who asks."""

    day: date
    tenant: Spending
    person: Spending

    @property
    def left(self) -> int:
        """What one question may read at most now."""
        return min(self.tenant.left, self.person.left)

    @property
    def resets_at(self) -> datetime:
        return datetime.combine(self.day + timedelta(days=1), time(), UTC)


def against_budget(budget: Budget, quote: int) -> tuple[Reason, ...]:
    """Why a question that reads so many bytes does not fit; empty when it does."""
    said = []
    for spending, whose in ((budget.person, "your"), (budget.tenant, "the tenant's")):
        if quote > spending.left:
            sentence = (
                f"It would read {size(quote)}; {size(spending.left)} of {whose} "
                f"{size(spending.limit)} a day are left."
            )
            fix = (
                "Ask for fewer days or columns, or wait until midnight UTC; "
                "an administrator can set another budget."
            )
            said.append(
                Reason("over_budget", sentence, "/sql", Remedy("fix_input", fix, "/analytics/budgets"))
            )
    return tuple(said)


def size(count: int) -> str:
    """Bytes for people: "1.5 MB"."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
