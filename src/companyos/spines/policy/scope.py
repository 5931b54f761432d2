"""What policies alone say about roles, and what they look at, before anything is known of a resource or of the moment.

Answers about roles are of three values (Kleene's strong logic): True, False, and None for "it depends".
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from .names import NAMESPACE
from .roles import GROUPS, ROLES, Role

Est = Mapping[str, Any]
"""A policy in Cedar's JSON form (https://docs.cedarpolicy.com/policies/json-format.html)."""

_NAMES_A_ROLE = f'"{NAMESPACE}::Role"'


def holds(est: Est, role: Role) -> bool | None:
    """Whether a policy holds for a person with one role."""
    told = [_principal(est["principal"], role), True if est["resource"]["op"] in ("All", "is") else None]
    for condition in est["conditions"]:
        body = _expression(condition["body"], role)
        told.append(body if condition["kind"] == "when" else _not(body))
    return _and(told)


def helped_by(permits: Iterable[Est]) -> dict[str, bool | None]:
    """For each role, whether holding it satisfies a permit; permits that name no role say nothing of roles."""
    naming = [est for est in permits if _NAMES_A_ROLE in json.dumps(est)]
    return {role.name: _or([holds(est, role) for est in naming]) for role in ROLES}


def _principal(scope: Mapping[str, Any], role: Role) -> bool | None:
    if scope["op"] == "All":
        return True
    if scope["op"] == "is":
        inside = _entity(scope["in"]["entity"], role) if "in" in scope else True
        return _and([_person(scope["entity_type"]), inside])
    return _entity(scope["entity"], role) if scope["op"] == "in" else None


def _expression(body: Mapping[str, Any], role: Role) -> bool | None:
    """A condition, as far as it is about who the principal is; anything else depends."""
    ((operator, of),) = body.items()
    if operator in ("&&", "||"):
        sides = [_expression(of["left"], role), _expression(of["right"], role)]
        return _and(sides) if operator == "&&" else _or(sides)
    if operator == "!":
        return _not(_expression(of["arg"], role))
    if operator == "is" and of["left"] == {"Var": "principal"} and "in" not in of:
        return _person(of["entity_type"])
    if operator == "in" and of["left"] == {"Var": "principal"} and "__entity" in of["right"].get("Value", ()):
        return _entity(of["right"]["Value"], role)
    return None


def _entity(entity: Mapping[str, Any], role: Role) -> bool | None:
    """Whether a person with the role is in an entity: sure for roles, a matter of who it is otherwise."""
    uid = entity.get("__entity", entity)
    if uid["type"] != f"{NAMESPACE}::Role":
        return None
    return uid["id"] in (role.name, *role.groups)


def _person(entity_type: str) -> bool:
    return entity_type == f"{NAMESPACE}::Person"


def _and(told: Iterable[bool | None]) -> bool | None:
    known = list(told)
    return False if False in known else None if None in known else True


def _or(told: Iterable[bool | None]) -> bool | None:
    return _not(_and([_not(one) for one in told]))


def _not(told: bool | None) -> bool | None:
    return None if told is None else not told


def context_read(part: Any) -> frozenset[str] | None:
    """The names in the context that expressions read; None when one takes the context as a whole."""
    if isinstance(part, Mapping):
        if part.get("Var") == "context":
            return None
        for operator in (".", "has"):
            of = part.get(operator)
            if isinstance(of, Mapping) and of.get("left") == {"Var": "context"}:
                return frozenset({of["attr"]})
    inner = part.values() if isinstance(part, Mapping) else part if isinstance(part, list | tuple) else ()
    found: set[str] = set()
    for one in inner:
        read = context_read(one)
        if read is None:
            return None
        found |= read
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Looks:
    """What policies look at in resources.

    `attrs` are the names of attributes, of whatever: better too many than too few. `parents` says whether they ask
    what anything but the actor is in. `named` is a JSON text that holds all entities that they name, and the roles.
    """

    attrs: frozenset[str]
    parents: bool
    named: bytes

    @classmethod
    def of(cls, policies: Iterable[Est]) -> "Looks":
        """Read off policies."""
        told = list(policies)
        nodes = [node for est in told for node in _nodes(est)]
        read = [node[operator] for node in nodes for operator in (".", "has") if operator in node]
        return cls(
            attrs=frozenset(of["attr"] for of in read if "attr" in of),
            parents=any(map(_climbs, nodes)) or any(est["resource"]["op"] == "in" for est in told),
            named=msgspec.json.encode([told, [role.entity for role in GROUPS + ROLES]]),
        )


def _climbs(node: Est) -> bool:
    """Whether an expression asks what something else than the actor is in."""
    of = node.get("in")
    return of is not None and not (isinstance(of, Mapping) and of.get("left") == {"Var": "principal"})


def _nodes(part: Any) -> Iterator[Est]:
    if isinstance(part, Mapping):
        yield part
    inner = part.values() if isinstance(part, Mapping) else part if isinstance(part, list | tuple) else ()
    for one in inner:
        yield from _nodes(one)
