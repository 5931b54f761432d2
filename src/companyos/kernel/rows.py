"""Where policy finds, in the rows of a table, what it tests of an entity: so that lists are filtered in SQL."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from .entities import EntityRef
from .problems import NotFound

if TYPE_CHECKING:
    from .work import Work


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows that are entities of one type, as policy sees them; says in columns what `Resource` says in values.

    `reads` is the action that shows one of them ("operations:service.read"), `type` the entity type, `tenant` and
    `id` the columns of the tenant and of the entity's id. `attrs` holds a column for every attribute that the
    schema declares: Text for String, Integer or BigInteger for Long, Boolean for Bool, an array of Text for
    `Set<String>`, Text or Uuid with the id for a reference. NULL is a missing attribute, so only the column of an
    optional one may hold it. `parents` names the type of a parent ("operations.service") and the column of its id.
    """

    reads: str
    type: str
    tenant: ColumnElement[Any]
    id: ColumnElement[Any]
    attrs: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    parents: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)


async def seen(work: "Work", refs: Iterable[EntityRef]) -> set[EntityRef]:
    """Which of these the actor may know of: one query for each type, the same for what is hidden and what is absent.

    Whoever loads an entity by a name that a caller gave asks here first, so that neither the answer nor the time of a
    hidden one differs. Of types that no part has `rows` for, all are told; their loaders decide.
    """
    known = {rows.type: rows for part in work.house.parts for rows in part.rows}
    found: set[EntityRef] = set()
    asked: dict[str, dict[Any, list[EntityRef]]] = {}
    for ref in refs:
        rows = known.get(ref.type)
        if rows is None:
            found.add(ref)
        elif (id_ := _id(rows, ref.id)) is not None:
            asked.setdefault(ref.type, {}).setdefault(id_, []).append(ref)
    for type_, ids in asked.items():
        rows = known[type_]
        mine = (rows.tenant == work.tenant, rows.id.in_(ids))
        query = sa.select(rows.id).where(*mine, await work.visible(rows.reads))
        found.update(*(ids[row[0]] for row in await work.db.execute(query)))
    return found


async def check_seen(work: "Work", type_: str, id_: object) -> None:
    """Raise NotFound, by one and the same query, for what is absent and for what the actor may not see."""
    ref = EntityRef(type_, str(id_))
    if ref not in await seen(work, [ref]):
        raise NotFound()


def _id(rows: Rows, text: str) -> Any:
    """An id as the column holds it; None for a text that is no id of this type."""
    if not isinstance(rows.id.type, sa.Uuid):
        return text
    try:
        return UUID(text)
    except ValueError:
        return None
