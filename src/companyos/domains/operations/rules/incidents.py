"""The life of an incident."""

from collections.abc import Mapping

from ..public.types import IncidentStatus

NEXT: Mapping[IncidentStatus, frozenset[IncidentStatus]] = {
    "open": frozenset({"acknowledged", "mitigated", "resolved"}),
    "acknowledged": frozenset({"mitigated", "resolved"}),
    "mitigated": frozenset({"resolved"}),
    "resolved": frozenset(),
}
"""Which states may follow a state. An incident may skip ahead, it never goes back: reopen by opening anew."""


def refusal(now: IncidentStatus, then: IncidentStatus) -> str | None:
    """Why an incident cannot go from one state to another, in words; None when it can."""
    if then in NEXT[now]:
        return None
    if now == then:
        return f"The incident is already {now}."
    if now == "resolved":
        return "The incident is resolved and stays so; open a new one and mention this one in a note."
    return f"The incident is {now}; it cannot go back to {then}."
