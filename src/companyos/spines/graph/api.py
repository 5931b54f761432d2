"""The graph over HTTP: questions only; it learns from events."""

from datetime import datetime
from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Query

from companyos.kernel.entities import EntityRef
from companyos.kernel.http import Instant, SliceDep, WorkDep
from companyos.kernel.problems import Invalid

from .public.types import Basis
from .service.ask import Answers
from .settings import GraphSettings
from .wire import (
    BlastOut,
    GraphChangesOut,
    NeighboursOut,
    affected_out,
    change_out,
    entity_out,
    neighbour_out,
)

router = APIRouter(prefix="/graph", tags=["graph"])

_PLAIN = r"^[^\x00-\x1f]+$"
OfType = Annotated[
    str,
    Query(
        alias="type",
        max_length=100,
        pattern=_PLAIN,
        description="Type of the entity.",
        examples=["operations.service"],
    ),
]
OfId = Annotated[
    str, Query(alias="id", max_length=200, pattern=_PLAIN, description="Its id.", examples=["payments-api"])
]
AsOf = Annotated[Instant | None, Query(description="The time asked about; default now.")]
KnownAt = Annotated[Instant | None, Query(description="By what was known then; default all that is known.")]


@router.get("/neighbours")
async def list_neighbours(
    work: WorkDep, of_type: OfType, of_id: OfId, as_of: AsOf = None, known_at: KnownAt = None
) -> NeighboursOut:
    """Everything one relation away from an entity, in both directions."""
    graph, ref = Answers(work), EntityRef(of_type, of_id)
    entity = await graph.entity(ref, as_of=as_of, known_at=known_at)
    found = await graph.neighbours(ref, as_of=as_of, known_at=known_at)
    return NeighboursOut(
        entity=entity_out(entity), neighbours=[neighbour_out(n) for n in found], as_of=as_of or work.now
    )


@router.get("/blast-radius")
async def get_blast_radius(
    work: WorkDep,
    of_type: OfType,
    of_id: OfId,
    depth: Annotated[int, Query(ge=1, le=10, description="How many steps to follow.")] = 3,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> BlastOut:
    """Everything that trouble at an entity could reach, each by a shortest way."""
    most = work.settings(GraphSettings).blast_depth
    if depth > most:
        raise Invalid.at(
            "/depth", f"A blast radius goes {most} steps deep at most.", f"Ask for {most} or less."
        )
    graph, ref = Answers(work), EntityRef(of_type, of_id)
    entity = await graph.entity(ref, as_of=as_of, known_at=known_at)
    blast = await graph.blast_radius(ref, depth=depth, as_of=as_of, known_at=known_at)
    return BlastOut(
        entity=entity_out(entity),
        affected=[affected_out(a) for a in blast.affected],
        more=blast.more,
        as_of=as_of or work.now,
    )


@router.get("/changes")
async def list_changes(
    work: WorkDep,
    slice: SliceDep,
    start: Annotated[Instant, Query(alias="from", description="First instant of the window.")],
    end: Annotated[Instant, Query(alias="to", description="First instant after the window.")],
    by: Annotated[
        Basis, Query(description="By when it became true, or by when it came to be known.")
    ] = "valid",
) -> GraphChangesOut:
    """What changed between two times, oldest first."""
    await work.permit("graph:change.list", on=work.tenancy)
    if start >= end:
        raise Invalid.at("/to", "The window ends before it begins.", "Let `to` be later than `from`.")
    after = cast(tuple[datetime, str] | None, slice.start(datetime.fromisoformat, _row))
    found = await Answers(work).changes(start, end, by=by, after=after, limit=slice.limit + 1)
    rows, next_ = slice.page(found, lambda c: (c.key[0].isoformat(), c.key[1]))
    return GraphChangesOut(items=[change_out(c) for c in rows], next=next_)


def _row(text: str) -> str:
    return str(UUID(text))
