"""HTTP shapes of the graph."""

from typing import Any, Literal

from pydantic import AwareDatetime, Field

from companyos.kernel.entities import EntityRef
from companyos.kernel.http import Wire

from .public.types import Affected, Change, Entity, Neighbour


class RefOut(Wire):
    """The name of an entity."""

    type: str = Field(examples=["operations.service"])
    id: str = Field(examples=["payments-api"])


class EntityOut(RefOut):
    """An entity as it was from `since` on; one that only relations name has an empty title."""

    title: str = Field(examples=["Payments API"])
    attrs: dict[str, Any] = Field(examples=[{"owner": "payments"}])
    since: AwareDatetime | None


class NeighbourOut(Wire):
    """An entity one step away. `out` reads: the one asked about, `kind`, this one."""

    kind: str = Field(examples=["depends_on"])
    direction: Literal["out", "in"]
    entity: EntityOut
    since: AwareDatetime


class NeighboursOut(Wire):
    """An entity and everything one relation away."""

    entity: EntityOut
    neighbours: list[NeighbourOut]
    as_of: AwareDatetime


class AffectedOut(RefOut):
    """An entity that trouble could reach, and a shortest way there."""

    title: str = Field(examples=["Checkout"])
    distance: int = Field(examples=[2])
    path: list[RefOut] = Field(description="From the nearest to this one.")


class BlastOut(Wire):
    """What trouble at an entity could reach, nearest first."""

    entity: EntityOut
    affected: list[AffectedOut]
    more: bool = Field(description="There are more than are listed.")
    as_of: AwareDatetime


class GraphChangeOut(Wire):
    """One thing that changed: an entity, or (with `kind` and `target`) a relation of it."""

    at: AwareDatetime
    what: Literal["appeared", "changed", "ended"]
    entity: RefOut
    kind: str | None = Field(examples=["depends_on"])
    target: RefOut | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class GraphChangesOut(Wire):
    """Changes, oldest first."""

    items: list[GraphChangeOut]
    next: str | None = Field(default=None, description="Cursor of the next page; null on the last page.")


def ref_out(ref: EntityRef) -> RefOut:
    return RefOut(type=ref.type, id=ref.id)


def entity_out(one: Entity) -> EntityOut:
    return EntityOut(
        type=one.ref.type, id=one.ref.id, title=one.title, attrs=dict(one.attrs), since=one.since
    )


def neighbour_out(one: Neighbour) -> NeighbourOut:
    return NeighbourOut(
        kind=one.kind, direction=one.direction, entity=entity_out(one.entity), since=one.since
    )


def affected_out(one: Affected) -> AffectedOut:
    return AffectedOut(
        type=one.ref.type,
        id=one.ref.id,
        title=one.title,
        distance=one.distance,
        path=[ref_out(r) for r in one.path],
    )


def change_out(one: Change) -> GraphChangeOut:
    return GraphChangeOut(
        at=one.at,
        what=one.what,
        entity=ref_out(one.ref),
        kind=one.kind,
        target=ref_out(one.target) if one.target else None,
        before=dict(one.before) if one.before is not None else None,
        after=dict(one.after) if one.after is not None else None,
    )
