"""Which changes are worth trying: derived from what the policies about an action compare.

Every comparison of an attribute, of the time or of the environment with something known gives the values around it:
the one that makes it true and one that makes it false.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from companyos.kernel.decision import ChangeKind
from companyos.kernel.work import MFA

from ..evaluate import Inputs
from ..names import uid
from ..policy_set import Policy
from ..roles import ROLES
from ..shapes import Shape
from .known import UNKNOWN, known

OTHER = "something else"
"""Stands for any text, and for the id of any entity, that no policy names."""

Place = tuple[str, str]
"""What a policy reads: ("context", "now"), ("resource", "tier"), ("principal", "roles")."""

ROLES_OF_PRINCIPAL: Place = ("principal", "roles")
_ORDER: tuple[ChangeKind, ...] = ("authentication", "elevation", "grant", "attribute", "environment", "time")


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One change that could be made. `name` is the role, attribute or environment; `value` what it becomes.

    Two candidates in one `slot` exclude each other; `alters` is what policies read of it; `cost` orders what is
    preferred: what people can do themselves first, and the least power before more.
    """

    kind: ChangeKind
    name: str
    value: Any
    slot: str
    alters: frozenset[Place]
    cost: int
    apply: Callable[[Inputs], Inputs]


def candidates(inputs: Inputs, policies: Iterable[Policy], shape: Shape) -> list[Candidate]:
    """Every change that some policy could see, the preferred first."""
    about = list(policies)
    read = frozenset(place for policy in about for place in reads(policy))
    found = [*_authentication(inputs, read), *_elevation(inputs, read), *_grants(inputs, read)]
    values: dict[Place, list[Any]] = {}
    for policy in about:
        for place, value in _compared(policy, inputs, shape):
            tried = values.setdefault(place, [])
            if value not in tried and value != _now(inputs, place):
                tried.append(value)
    for place, tried in sorted(values.items()):
        found += [one for value in tried if (one := _setting(inputs, place, value)) is not None]
    return sorted(found, key=lambda c: (_ORDER.index(c.kind), c.cost))


def reads(policy: Policy) -> frozenset[Place]:
    """What a policy looks at and somebody could change."""
    found = {place for node in _nodes(policy.est) if (place := _place(node)) is not None}
    if "::Role" in str(policy.est):
        found.add(ROLES_OF_PRINCIPAL)
    return frozenset(found)


def _authentication(inputs: Inputs, read: frozenset[Place]) -> Iterator[Candidate]:
    alters = frozenset({("context", "mfa_age"), ("context", "acr")})
    if alters & read and inputs["principal"]["uid"]["type"].endswith("::Person"):
        yield Candidate(
            "authentication", "second factor", MFA, "authentication", alters, 0, _context(acr=MFA, mfa_age=0)
        )


def _elevation(inputs: Inputs, read: frozenset[Place]) -> Iterator[Candidate]:
    place = ("context", "granted")
    if place in read and inputs["context"].get("granted") is False:
        yield Candidate(
            "elevation", inputs["action"], True, "elevation", frozenset({place}), 0, _context(granted=True)
        )


def _grants(inputs: Inputs, read: frozenset[Place]) -> Iterator[Candidate]:
    held = {parent["id"] for parent in inputs["principal"]["parents"]}
    if ROLES_OF_PRINCIPAL not in read or inputs["principal"]["uid"]["type"].endswith("::System"):
        return
    for cost, role in enumerate(ROLES):
        if role.name not in held:
            alters = frozenset({ROLES_OF_PRINCIPAL})
            yield Candidate(
                "grant", role.name, role, f"role {role.name}", alters, cost, _with_role(role.name)
            )


def _setting(inputs: Inputs, place: Place, value: Any) -> Candidate | None:
    """The candidate that gives a place another value; None for what nobody can change."""
    where, name = place
    if where == "resource":
        return Candidate(
            "attribute", name, value, f"attribute {name}", frozenset({place}), 0, _attribute(name, value)
        )
    if name == "environment":
        return Candidate(
            "environment", name, value, "environment", frozenset({place}), 0, _context(environment=value)
        )
    if name == "now" and value > inputs["context"]["now"]:
        waited = value - inputs["context"]["now"]
        alters = frozenset({place, ("context", "mfa_age")})
        return Candidate("time", name, value, "time", alters, waited, _later(waited))
    return None


def _compared(policy: Policy, inputs: Inputs, shape: Shape) -> Iterator[tuple[Place, Any]]:
    """Values on both sides of every test of a place that a policy makes."""
    for node in _nodes(policy.est):
        for operator, of in node.items():
            if not isinstance(of, dict):
                continue
            if operator in _TESTS and "left" in of:
                sides = (of["left"], of.get("right"))
                for this, other in (sides, sides[::-1]):
                    place = _place(this) if isinstance(this, dict) else None
                    if place is not None:
                        yield from (
                            (place, v) for v in _around(operator, this is sides[0], of, other, inputs, place)
                        )
            elif operator == "has" and (place := _place({".": of})) is not None and place[0] == "resource":
                yield from ((place, v) for v in _present(shape, place[1], inputs))
        place = _place(node)
        if place is not None and place[0] == "resource" and _kind(shape, place[1]) == "Bool":
            yield from ((place, v) for v in (True, False))


_TESTS = ("==", "!=", "<", "<=", ">", ">=", "contains", "containsAll", "containsAny", "like")


def _around(
    operator: str, leading: bool, of: Mapping[str, Any], other: Any, inputs: Inputs, place: Place
) -> Iterator[Any]:
    """Values of a place with which its test holds, and with which it does not."""
    if operator == "like":
        yield "".join(part["Literal"] for part in of["pattern"] if part != "Wildcard")
        yield OTHER
        return
    value = known(other, inputs)
    if value is UNKNOWN:
        return
    if operator in ("==", "!="):
        yield value
        yield from _unlike(value)
    elif operator in ("<", "<=", ">", ">="):
        if isinstance(value, int):
            yield from (value, value + 1, value - 1)
    elif leading:  # a set of the resource that holds, or not
        own = _now(inputs, place)
        members = value if isinstance(value, list) else [value]
        if isinstance(own, list):
            yield [*own, *(m for m in members if m not in own)]
            yield [m for m in own if m not in members]
    elif isinstance(value, list):  # a value that is in a set, or not
        yield from value if operator == "contains" else [value]
        yield OTHER


def _unlike(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str):
        yield OTHER
    elif isinstance(value, list):
        yield [*value, OTHER]
    elif isinstance(value, dict):
        yield {"__entity": {**value["__entity"], "id": OTHER}}


def _present(shape: Shape, name: str, inputs: Inputs) -> Iterator[Any]:
    """An optional attribute is there, or is not (None)."""
    declared = shape.attributes.get(name)
    if declared is None or declared.required:
        return
    yield None
    plain = {"String": OTHER, "Long": 0, "Bool": True, "Set<String>": []}
    if name not in inputs["on"]["attrs"]:
        yield plain.get(declared.kind, {"__entity": uid(declared.kind, OTHER)})


def _kind(shape: Shape, name: str) -> str:
    declared = shape.attributes.get(name)
    return declared.kind if declared else ""


def _place(node: Mapping[str, Any]) -> Place | None:
    """The place that `context.x` or `resource.x` (or `… has x`) reads; the tenant of a thing cannot be changed."""
    of = node.get(".") or node.get("has")
    if not isinstance(of, dict) or of.get("attr") == "tenant":
        return None
    for where in ("context", "resource"):
        if of.get("left") == {"Var": where}:
            return (where, of["attr"])
    return None


def _now(inputs: Inputs, place: Place) -> Any:
    held = inputs["context"] if place[0] == "context" else inputs["on"]["attrs"]
    return held.get(place[1])


def _nodes(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for inner in part.values():
            yield from _nodes(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from _nodes(inner)


def _context(**changed: Any) -> Callable[[Inputs], Inputs]:
    return lambda inputs: {**inputs, "context": {**inputs["context"], **changed}}


def _later(seconds: int) -> Callable[[Inputs], Inputs]:
    """Waiting also makes the second factor older."""

    def apply(inputs: Inputs) -> Inputs:
        context = {**inputs["context"], "now": inputs["context"]["now"] + seconds}
        if "mfa_age" in context:
            context["mfa_age"] += seconds
        return {**inputs, "context": context}

    return apply


def _attribute(name: str, value: Any) -> Callable[[Inputs], Inputs]:
    def apply(inputs: Inputs) -> Inputs:
        attrs = {k: v for k, v in inputs["on"]["attrs"].items() if k != name}
        return {**inputs, "on": {**inputs["on"], "attrs": attrs if value is None else {**attrs, name: value}}}

    return apply


def _with_role(role: str) -> Callable[[Inputs], Inputs]:
    def apply(inputs: Inputs) -> Inputs:
        principal = inputs["principal"]
        return {**inputs, "principal": {**principal, "parents": [*principal["parents"], uid("Role", role)]}}

    return apply
