"""What changed: from the graph, in words that a person reads."""

from dataclasses import dataclass
from datetime import datetime

from companyos.kernel.work import Work
from companyos.spines.graph.public.ports import Graph
from companyos.spines.graph.public.types import Change as GraphChange

from ..settings import ConsoleSettings


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed; `kind` is "appeared", "changed" or "ended", with the status it now has, if any."""

    at: datetime
    kind: str
    title: str
    subject: str
    status: str | None


async def changes(work: Work, since: datetime, most: int) -> tuple[list[Change], int]:
    """The last things that changed since then, newest first, and how many there were (up to the setting's limit)."""
    graph = work.ask(Graph)
    counted = work.settings(ConsoleSettings).overview_counted
    last = await graph.changes(since, work.now, first="newest", limit=most, relations=False)
    return [_told(change) for change in last], await graph.count_changes(since, work.now, most=counted)


def _told(change: GraphChange) -> Change:
    shown = change.after or change.before or {}
    attrs = shown.get("attrs") or {}
    return Change(
        at=change.at,
        kind=change.what,
        title=str(shown.get("title") or change.ref.id),
        subject=str(change.ref),
        status=attrs.get("status"),
    )
