"""Follows the events of every part that says, in its manifest, how they change the graph."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from companyos.kernel.domain import Domain
from companyos.kernel.events import Event, Reaction, on
from companyos.kernel.work import Work

from .public.types import GraphChange
from .service.learn import learn

Declared = Callable[[Any], Iterable[GraphChange]]


def followers(parts: tuple[Domain, ...]) -> tuple[Reaction, ...]:
    """One reaction for each kind of event that some part declares a meaning for."""
    meanings: defaultdict[type[Event], list[Declared]] = defaultdict(list)
    for part in parts:
        for kind, meaning in part.graph.items():
            meanings[kind].append(meaning)
    return tuple(_follow(kind, tuple(declared)) for kind, declared in meanings.items())


def _follow(kind: type[Event], declared: tuple[Declared, ...]) -> Reaction:
    @on(kind)
    async def follow(work: Work, event: Event) -> None:
        changes = [change for meaning in declared for change in meaning(event)]
        await learn(work, changes, at=work.cause.at if work.cause else work.now)

    return follow
