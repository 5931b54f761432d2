"""Cedar expressions about one resource as SQL about one row.

Takes the JSON form of expressions that partial evaluation leaves (https://docs.cedarpolicy.com/policies/json-format.html):
what does not speak of the resource is a value already. SQL's NULL stands for a missing attribute: a validated policy
asks `resource has x` before it uses an optional `x`, and SQL's AND and OR then give what Cedar's give. What is not
supported raises NotInSql, and is never guessed.

Supported: `&&`, `||`, `!`, `if` between conditions; `==`, `!=` between attributes and values; `<`, `<=`, `>`, `>=` on
Long; `has`; `is`; `in` for the resource itself; `contains`, `containsAll`, `containsAny`, `isEmpty` on sets of
strings; `like`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from companyos.kernel.rows import Rows

from ..names import NAMESPACE, type_of
from ..shapes import Shape
from .conditions import Condition, both, either, fact, opposite
from .terms import (
    ANYTHING,
    Anything,
    Attr,
    Entity,
    NotInSql,
    Value,
    column_is,
    columns_same,
    like,
    number_of,
    set_of,
    string_of,
    value_of,
)

Est = Mapping[str, Any]

RESOURCE = ({"unknown": [{"Value": "resource"}]}, {"Var": "resource"})
"""How the resource is written: by partial evaluation, and in a policy."""


@dataclass(frozen=True, slots=True)
class Expressions:
    """Tells expressions about the resource in SQL about `rows`.

    `tenant` is the tenant that every row belongs to. Without one, a policy is only checked: variables other than the
    resource stand for anything.
    """

    rows: Rows
    shape: Shape
    tenant: str | None

    @property
    def type(self) -> str:
        return type_of(self.rows.type)

    def condition(self, said: Est) -> Condition:
        """An expression that is true or false."""
        ((operator, of),) = said.items()
        match operator:
            case "&&":
                return both(self.condition(of["left"]), self.condition(of["right"]))
            case "||":
                return either(self.condition(of["left"]), self.condition(of["right"]))
            case "!":
                return opposite(self.condition(of["arg"]))
            case "if-then-else":
                return self._choice(*(self.condition(of[part]) for part in ("if", "then", "else")))
            case "==":
                return self._same(self._term(of["left"]), self._term(of["right"]))
            case "!=":
                return opposite(self._same(self._term(of["left"]), self._term(of["right"])))
            case "<" | "<=" | ">" | ">=":
                return self._order(operator, self._term(of["left"]), self._term(of["right"]))
            case "has":
                return self._has(of)
            case "is":
                return self._is(of)
            case "in":
                return self._in(of)
            case "contains":
                return self._contains(self._term(of["left"]), self._term(of["right"]))
            case "containsAll":
                return self._covers(self._term(of["left"]), self._term(of["right"]))
            case "containsAny":
                return self._meets(self._term(of["left"]), self._term(of["right"]))
            case "isEmpty":
                return sa.func.cardinality(set_of(self._term(of["arg"]))) == 0
            case "like":
                return like(self._term(of["left"]), of["pattern"])
        term = self._term(said)
        if isinstance(term, Attr) and term.kind == "Bool":
            return term.column
        if isinstance(term, bool | Anything):
            return sa.true() if term is True else sa.false()
        raise NotInSql(f"a condition on {_told(said)}")

    def _term(self, said: Est) -> Attr | Value:
        """An attribute of the resource, or a value."""
        if self.tenant is None and not _speaks_of_resource(said):
            return ANYTHING
        ((operator, of),) = said.items()
        if operator == "Value":
            return value_of(of)
        if operator == "Set":
            members = [self._term(member) for member in of]
            if any(isinstance(member, Attr | frozenset) for member in members):
                raise NotInSql("a set that holds attributes of the resource")
            return frozenset(members)
        if operator == "." and of["left"] in RESOURCE:
            return self._attribute(of["attr"])
        if said in RESOURCE:
            return Attr(self.rows.id, self.type)
        raise NotInSql(_told(said))

    def _attribute(self, name: str) -> Attr | Value:
        if name == "tenant":
            return ANYTHING if self.tenant is None else Entity("Tenant", self.tenant)
        if name not in self.rows.attrs or name not in self.shape.attributes:
            raise NotInSql(f"the attribute {name}, which has no column")
        return Attr(self.rows.attrs[name], self.shape.attributes[name].kind)

    @staticmethod
    def _choice(given: Condition, then: Condition, otherwise: Condition) -> Condition:
        if isinstance(given, sa.True_ | sa.False_):
            return then if isinstance(given, sa.True_) else otherwise
        return sa.case((given, then), else_=otherwise)

    def _same(self, left: Attr | Value, right: Attr | Value) -> Condition:
        if isinstance(right, Attr) and not isinstance(left, Attr):
            left, right = right, left
        if isinstance(left, Attr):
            if left.kind.startswith("Set<"):
                return both(self._covers(left, right), self._covers(right, left))
            if isinstance(right, Attr):
                return columns_same(left, right)
            return column_is(left, right)
        if ANYTHING in (left, right):
            return sa.false()
        return fact(type(left) is type(right) and left == right)

    def _order(self, operator: str, left: Attr | Value, right: Attr | Value) -> Condition:
        sides = [number_of(left), number_of(right)]
        return sides[0].bool_op(operator)(sides[1])

    def _has(self, of: Est) -> Condition:
        if of["left"] not in RESOURCE:
            if self.tenant is None and not _speaks_of_resource(of["left"]):
                return sa.false()
            raise NotInSql(f"has {of['attr']} of something else than the resource")
        declared = self.shape.attributes.get(of["attr"])
        if declared is None or declared.required:
            return fact(declared is not None)
        found = self._attribute(of["attr"])
        return found.column.is_not(None) if isinstance(found, Attr) else sa.true()

    def _is(self, of: Est) -> Condition:
        if of["left"] in RESOURCE:
            own = fact(of["entity_type"] == f"{NAMESPACE}::{self.type}")
            return both(own, self._in({"left": of["left"], "right": of["in"]})) if "in" in of else own
        if self.tenant is None and not _speaks_of_resource(of["left"]):
            return sa.false()
        raise NotInSql(f"is {of['entity_type']} of something else than the resource")

    def _in(self, of: Est) -> Condition:
        if of["left"] not in RESOURCE:
            if self.tenant is None and not _speaks_of_resource(of):
                return sa.false()
            raise NotInSql(f"in for something else than the resource ({_told(of['left'])})")
        right = self._term(of["right"])
        if isinstance(right, Anything):
            return sa.false()
        among = right if isinstance(right, frozenset) else [right]
        return either(*(self._inside(one) for one in among))

    def _inside(self, one: Any) -> Condition:
        """The resource is this entity or has it as its parent."""
        if not isinstance(one, Entity):
            raise NotInSql("in something that is no entity")
        if one.type == "Role" and "Role" in self.shape.parents:
            raise NotInSql("the roles of a resource")  # somebody's own roles count for themselves only
        own = column_is(Attr(self.rows.id, self.type), one)
        parent = next((c for t, c in self.rows.parents.items() if type_of(t) == one.type), None)
        if parent is None:
            return own
        # NULL is no parent: then it is false, and its opposite true.
        return either(own, both(parent.is_not(None), column_is(Attr(parent, one.type), one)))

    def _contains(self, left: Attr | Value, right: Attr | Value) -> Condition:
        if isinstance(left, frozenset) and isinstance(right, Attr):
            return either(*(column_is(right, one) for one in left))
        if isinstance(left, Anything):
            return sa.false()
        if isinstance(right, Attr):
            if right.kind != "String":
                raise NotInSql(f"contains of a {right.kind}")
            return right.column == sa.any_(set_of(left))
        text = string_of(right)
        return sa.false() if text is None else sa.literal(text, sa.Text) == sa.any_(set_of(left))

    def _covers(self, left: Attr | Value, right: Attr | Value) -> Condition:
        covers = set_of(left).bool_op("@>")(set_of(right))
        lacking = isinstance(right, frozenset) and any(string_of(one) is None for one in right)
        return sa.false() if lacking else covers

    def _meets(self, left: Attr | Value, right: Attr | Value) -> Condition:
        return set_of(left).bool_op("&&")(set_of(right))


def _speaks_of_resource(said: Any) -> bool:
    if said in RESOURCE:
        return True
    inside = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    return any(_speaks_of_resource(one) for one in inside)


def _told(said: Est) -> str:
    """The operator of an expression, for people."""
    ((operator, of),) = said.items()
    return f"`.{of['attr']}` of an attribute" if operator == "." else f"`{operator}`"
