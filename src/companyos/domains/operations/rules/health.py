"""How a service does, from its signals and its objectives."""

from ..public.ports import Signals
from ..public.types import Health

LOW_BUDGET = 0.25
"""Below this share of its error budget a service needs attention. The console takes its colours from here."""

FAST_BURN = 14.4
"""Errors at this many times the allowed rate use up a 30-day budget in 50 hours: act now.

Source: Google, The Site Reliability Workbook, chapter 5, "Alerting on SLOs", table 5-8.
"""

_RANK: dict[Health, int] = {"bad": 0, "warn": 1, "unknown": 2, "ok": 3}


def budget_left(objective: float, availability: float | None) -> float | None:
    """The share of the error budget that is left: 1 untouched, 0 used up, negative overspent; None unknown.

    An objective of 1 allows no failure: its budget is whole until the first one and then gone.
    """
    if availability is None:
        return None
    allowed = 1.0 - objective
    spent = 1.0 - availability
    if allowed <= 0:
        return 1.0 if spent <= 0 else 0.0
    return 1.0 - spent / allowed


def budget_health(left: float | None) -> Health:
    """How the error budget alone stands: bad when it is gone, warn when it is low."""
    if left is None:
        return "unknown"
    return "bad" if left <= 0 else "warn" if left < LOW_BUDGET else "ok"


def health(objective: float, latency_objective_ms: int | None, signals: Signals | None) -> Health:
    """bad: budget gone or burning fast. warn: budget low, or slower than promised. Unknown without data.

    Missing data is never "ok": a service that is silent may be down.
    """
    if signals is None or signals.availability is None:
        return "unknown"
    budget = budget_health(budget_left(objective, signals.availability))
    burn = (signals.error_rate or 0.0) / max(1.0 - objective, 1e-9)
    if budget == "bad" or burn >= FAST_BURN:
        return "bad"
    slow = (
        latency_objective_ms is not None
        and signals.p95_ms is not None
        and signals.p95_ms > latency_objective_ms
    )
    return "warn" if slow else budget


def rank(health: Health) -> int:
    """Sort key of lists: worst first."""
    return _RANK[health]
