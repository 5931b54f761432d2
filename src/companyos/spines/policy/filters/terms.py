"""What expressions about a resource compare: attributes in columns, and values.

A value that a column cannot hold makes a comparison false, never an error of PostgreSQL.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from ..names import NAMESPACE
from .conditions import Condition

TEXTS: Final = ARRAY(sa.Text)


class NotInSql(Exception):
    """The expression cannot be told in SQL; says which."""

    def __init__(self, said: str):
        super().__init__(said)


@dataclass(frozen=True, slots=True)
class Entity:
    """The name of an entity as a value."""

    type: str
    id: str


@dataclass(frozen=True, slots=True, eq=False)
class Attr:
    """An attribute of the resource: its column, and its kind as the schema says ("String", "Set<String>", "Person")."""

    column: sa.ColumnElement[Any]
    kind: str


class Anything:
    """A value that is not known yet; stands for every value when a policy is checked beforehand."""


ANYTHING: Final = Anything()
Value = bool | int | str | Entity | frozenset[Any] | Anything


def value_of(of: Any) -> Value:
    """A literal of Cedar's JSON. Raises NotInSql for extension values and records."""
    if isinstance(of, bool | int | str):
        return of
    if isinstance(of, list):
        return frozenset(value_of(one) for one in of)
    if isinstance(of, dict) and "__entity" in of:
        uid = of["__entity"]
        return Entity(str(uid["type"]).removeprefix(f"{NAMESPACE}::"), str(uid["id"]))
    raise NotInSql(f"the value {of!r}")


def column_is(attr: Attr, value: Value) -> Condition:
    """A column holds a value."""
    column = attr.column
    if isinstance(value, Anything):
        return sa.false()
    if isinstance(value, Entity):
        if value.type != attr.kind or "\0" in value.id:
            return sa.false()
        return _id_is(column, value.id)
    if isinstance(value, bool):
        return column.is_(value) if attr.kind == "Bool" else sa.false()
    if isinstance(value, int):
        return column == sa.literal(value, sa.BigInteger) if attr.kind == "Long" else sa.false()
    text = string_of(value)
    return column == sa.literal(text, sa.Text) if attr.kind == "String" and text is not None else sa.false()


def _id_is(column: sa.ColumnElement[Any], id_: str) -> Condition:
    if not isinstance(column.type, sa.Uuid):
        return column == sa.literal(id_, sa.Text)
    try:
        uuid = UUID(id_)
    except ValueError:
        return sa.false()
    return column == sa.literal(uuid, sa.Uuid) if str(uuid) == id_ else sa.false()


def columns_same(left: Attr, right: Attr) -> Condition:
    """Two columns hold the same value."""
    if left.kind != right.kind:
        return sa.false()
    if type(left.column.type) is type(right.column.type):
        return left.column == right.column
    return sa.cast(left.column, sa.Text) == sa.cast(right.column, sa.Text)


def number_of(term: Attr | Value) -> sa.ColumnElement[Any]:
    """A Long. Raises NotInSql."""
    if isinstance(term, Attr) and term.kind == "Long":
        return term.column
    if isinstance(term, Anything):
        return sa.null()
    if isinstance(term, int) and not isinstance(term, bool):
        return sa.literal(term, sa.BigInteger)
    raise NotInSql("an order of something that is no Long")


def string_of(value: Any) -> str | None:
    """A string as PostgreSQL can hold it; None for one that no row can hold, and for what is not known yet."""
    if isinstance(value, Anything):
        return None
    if not isinstance(value, str):
        raise NotInSql(f"{value!r} in a set of strings")
    return None if "\0" in value else value


def set_of(term: Attr | Value) -> sa.ColumnElement[Any]:
    """A set of strings as an array. Raises NotInSql."""
    if isinstance(term, Attr):
        if term.kind != "Set<String>":
            raise NotInSql(f"a set operation on a {term.kind}")
        return term.column
    if isinstance(term, Anything):
        return sa.cast(sa.null(), TEXTS)
    if not isinstance(term, frozenset):
        raise NotInSql("a set operation on something that is no set")
    texts = [said for said in map(string_of, term) if said is not None]
    return sa.cast(sa.literal(sorted(texts), TEXTS), TEXTS)


def like(term: Attr | Value, pattern: list[Any]) -> Condition:
    """A String that has Cedar's pattern: literals and wildcards. Raises NotInSql."""
    if not isinstance(term, Attr) or term.kind != "String":
        raise NotInSql("like on something that is no String of the resource")
    written = ""
    for part in pattern:
        literal = "" if part == "Wildcard" else part["Literal"]
        if "\0" in literal:
            return sa.false()
        escaped = literal.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        written += "%" if part == "Wildcard" else escaped
    return term.column.like(written, escape="\\")
