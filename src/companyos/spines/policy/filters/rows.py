"""What an actor may see of many rows, as one SQL condition: Cedar's residuals, compiled.

Cedar evaluates the policies of a read action for a resource that is not known yet. What is left of each policy speaks
of the resource alone and becomes SQL; a row is visible when a permit holds and no forbid does. Doubt is a no: where
Cedar finds an error, or a permit cannot be told in SQL, it does not count; a forbid that cannot be told counts always.
`unfit` finds such policies at start, so that none is met later.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import cedarpy
import msgspec
import sqlalchemy as sa
import structlog

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.domain import Domain
from companyos.kernel.rows import Rows

from ..evaluate import Inputs
from ..names import type_of, written
from ..policy_set import Policy, PolicySet, action_uid
from ..shapes import Shape
from .conditions import Condition, both, either, fact, opposite
from .expressions import Expressions
from .terms import NotInSql

log = structlog.get_logger(__name__)

FILTERS_KEPT = 1_000
"""Conditions that a process keeps."""

_KINDS: dict[str, tuple[type[sa.types.TypeEngine[Any]], ...]] = {
    "String": (sa.Text,),
    "Long": (sa.Integer, sa.BigInteger),
    "Bool": (sa.Boolean,),
    "Set<String>": (sa.ARRAY,),
}
"""How the column of an attribute may be typed; a reference is Text or Uuid."""


class RowFilters:
    """Conditions on rows, kept for those who ask again in the same circumstances.

    A condition depends on the policies, the actor and what the policies read of the context, and on nothing else; the
    time, for one, is in most of them not.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], Condition] = OrderedDict()

    def visible(self, inputs: Inputs, tenant: str, policies: PolicySet, rows: Rows) -> Condition:
        """The condition under which a row of `rows` may be seen. `inputs` has no `on`."""
        context = inputs["context"]
        read = policies.slice(rows.reads).context
        circumstances = {name: context.get(name) for name in (context if read is None else read)}
        about = msgspec.json.encode([inputs["principal"], circumstances], order="sorted")
        key = (policies.version, rows.reads, tenant, about)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = _visible(inputs, tenant, policies, rows)
            if len(self._kept) > FILTERS_KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return found


def _visible(inputs: Inputs, tenant: str, policies: PolicySet, rows: Rows) -> Condition:
    slice_ = policies.slice(rows.reads)
    request = {
        "principal": written(inputs["principal"]["uid"]),
        "action": written(action_uid(rows.reads)),
        "context": msgspec.json.encode(inputs["context"]).decode(),
    }
    try:
        who = msgspec.json.encode([inputs["principal"]]).decode()
        world = slice_.standing.with_added_json_str(who, slice_.schema)
        left = cedarpy.is_authorized_partial(request, slice_.policies, world, slice_.schema)
        errors = left.diagnostics.errors
    except ValueError as error:
        left, errors = None, [str(error)]
    if left is None or errors:
        log.error("policies cannot filter rows, so none is shown", action=rows.reads, errors=errors)
        return sa.false()
    sql = Expressions(rows, policies.schema.shapes[type_of(rows.type)], tenant)
    permits: list[Condition] = []
    forbids: list[Condition] = []
    for id_, residual in sorted(left.residuals.items()):
        (permits if residual["effect"] == "permit" else forbids).append(_told(sql, id_, residual))
    return both(either(*permits), opposite(either(*forbids)))


def _told(sql: Expressions, id_: str, residual: dict[str, Any]) -> Condition:
    try:
        return _condition(sql, residual)
    except NotInSql as error:
        log.error("policy cannot filter rows", policy=id_, action=sql.rows.reads, not_in_sql=str(error))
        return fact(residual["effect"] == "forbid")


def _condition(sql: Expressions, est: Any) -> Condition:
    told = [(one["kind"], sql.condition(one["body"])) for one in est["conditions"]]
    return both(*(said if kind == "when" else opposite(said) for kind, said in told))


def unfit(policies: PolicySet) -> Iterator[Reason]:
    """Rows that do not fit the schema, and policies of their actions that cannot filter them, at their lines."""
    for part in policies.parts:
        for rows in part.rows:
            shape = policies.schema.shapes.get(type_of(rows.type))
            if shape is None or type_of(rows.type) not in policies.schema.applies.get(rows.reads, ()):
                yield _unfit(part, rows, f"no schema says that {rows.reads} applies to {type_of(rows.type)}")
                continue
            yield from (_unfit(part, rows, said) for said in _misfits(rows, shape))
            for policy in policies.about(rows.reads):
                if policies.house is None or policy.id in policies.own:
                    yield from _untold(Expressions(rows, shape, None), policy)


def _misfits(rows: Rows, shape: Shape) -> Iterator[str]:
    for name in sorted((shape.attributes.keys() - {"tenant"}) ^ rows.attrs.keys()):
        where = "has no column" if name in shape.attributes else "is not declared in the schema"
        yield f"the attribute {name} {where}"
    for name in sorted(shape.attributes.keys() & rows.attrs.keys()):
        kind, type_ = shape.attributes[name].kind, rows.attrs[name].type
        if not isinstance(type_, _KINDS.get(kind, (sa.Text, sa.Uuid))):
            yield f"the attribute {name} is {kind}, which a column of {type_!r} cannot hold"
    for parent in rows.parents:
        if type_of(parent) not in shape.parents:
            yield f"the schema gives it no parent of type {type_of(parent)}"
    for parent in shape.parents:
        if parent != "Role" and parent not in {type_of(name) for name in rows.parents}:
            yield f"its parent of type {parent} has no column"


def _unfit(part: Domain, rows: Rows, said: str) -> Reason:
    fix = "Make Rows, the schema and Resource.attrs say the same."
    return Reason(
        "policy_drift",
        f"The rows of {rows.type} do not fit: {said}.",
        f"{part.name} manifest",
        Remedy("fix_input", fix),
    )


def _untold(sql: Expressions, policy: Policy) -> Iterator[Reason]:
    """What of one policy cannot be told in SQL, whoever asks."""
    try:
        scope = policy.est["resource"]
        if scope["op"] != "All":
            sql.condition(_scope(scope))
        _condition(sql, policy.est)
    except NotInSql as error:
        fix = "Say it with what README.md of the policy spine lists under row filters, or test a column of its own."
        yield Reason(
            "policy_invalid",
            f"{policy.id} filters the rows of {sql.rows.type}, but cannot be told in SQL: {error}.",
            f"{policy.file}:{policy.line}",
            Remedy("fix_input", fix),
        )


def _scope(scope: Any) -> Any:
    """The resource part of a policy's scope as an expression."""
    resource = {"Var": "resource"}
    if scope["op"] == "is":
        entity = {"Value": {"__entity": _uid(scope["in"])}} if "in" in scope else None
        said = {"left": resource, "entity_type": scope["entity_type"]}
        return {"is": {**said, "in": entity} if entity else said}
    return {scope["op"]: {"left": resource, "right": {"Value": {"__entity": _uid(scope)}}}}


def _uid(scope: Any) -> dict[str, str]:
    uid: dict[str, str] = scope["entity"].get("__entity", scope["entity"])
    return uid
