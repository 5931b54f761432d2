"""What plans are in the graph: things that search finds."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from companyos.kernel.entities import EntityRef
from companyos.kernel.events import Event
from companyos.spines.graph.public.types import GraphChange, Retire, Upsert

from .public.events import PlanChanged


def plan(event: PlanChanged) -> Iterable[GraphChange]:
    ref = EntityRef("maestro.plan", event.plan)
    if event.archived:
        return [Retire(ref)]
    return [Upsert(ref, event.title, {"version": event.plan_version}, aliases=(event.plan,))]


graph: Mapping[type[Event], Callable[[Any], Iterable[GraphChange]]] = {PlanChanged: plan}
