"""What of the graph an actor may see, as conditions inside its queries: by type, and one by one where policy says so.

Whether a type may be seen at all is `graph:entity.read` about it. Which of its entities may be seen is what policy says
of the rows of the domain that they come from (`Domain.rows`), now; one whose domain has no row of it is not shown to
somebody who may see only some of them.
"""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.visitors import replacement_traverse

from companyos.kernel.rows import Rows
from companyos.kernel.work import Work

_KIND = sa.column("kind_of_entity", sa.Text)
rows = Rows("graph:entity.read", "graph.entity", sa.column("tenant_id", sa.Uuid), _KIND, {"kind": _KIND})
"""All entities of one type are one to policy: its id and its kind are the name of the type."""

Condition = sa.ColumnElement[bool]


class Seeing:
    """What the actor of one Work may see; policy is asked once."""

    def __init__(self, work: Work):
        self.work = work
        self._kinds: Condition | None = None
        self._ids: dict[str, sa.Select[str] | None] = {}

    async def condition(self, type_: sa.ColumnElement[str], id_: sa.ColumnElement[str]) -> Condition:
        """True for entities that may be seen; `type_` and `id_` are the columns with their names."""
        if self._kinds is None:
            self._kinds = await self.work.visible(rows.reads)
            for of in self._fed():
                self._ids[of.type] = self._visible(of, await self.work.visible(of.reads))
        told = [_about(type_, self._kinds)]
        for name, ids in self._ids.items():
            if ids is not None:
                told.append(sa.or_(type_ != sa.literal(name, sa.Text), id_.in_(ids)))
        return sa.and_(sa.true(), *told)

    async def fragment(self, *named: tuple[str, str]) -> tuple[str, dict[str, Any]]:
        """The same for a textual query, with its parameters; every pair of names of a type and an id must be seen."""
        pairs = [(sa.literal_column(t, sa.Text), sa.literal_column(i, sa.Text)) for t, i in named]
        whole = sa.and_(sa.true(), *[await self.condition(*pair) for pair in pairs])
        dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
        compiled = whole.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        # A cast right behind a parameter (`:id_1::UUID`) would be read as a part of its name.
        return re.sub(r"(:\w+)::", r"\1 ::", f"({compiled})"), dict(compiled.params)

    def _fed(self) -> list[Rows]:
        """The rows of parts that feed the graph."""
        return [of for part in self.work.house.parts if part.graph for of in part.rows]

    def _visible(self, of: Rows, condition: Condition) -> sa.Select[str] | None:
        """The ids that may be seen; None for all. Of a name that was used again, every bearer must be."""
        if isinstance(condition, sa.True_):
            return None
        id_ = sa.cast(of.id, sa.Text)
        every = sa.func.bool_and(sa.func.coalesce(condition, sa.false()))
        return sa.select(id_).where(of.tenant == self.work.tenant).group_by(id_).having(every)


def _about(type_: sa.ColumnElement[str], kinds: Condition) -> Condition:
    """The condition on types, said of another column."""

    def instead(element: Any, **_: Any) -> Any:
        return type_ if element is _KIND else None

    return replacement_traverse(kinds, {}, instead)
