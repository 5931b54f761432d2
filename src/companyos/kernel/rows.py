"""Where policy finds, in the rows of a table, what it tests of an entity: so that lists are filtered in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement


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
