"""Judging a value by walking it: slow, complete and with words. What is compiled says yes; this says why no."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from .fault import Fault, nearest, step
from .schema import Node, Type
from .texts import compiled_pattern, formatted

SHOWN = 5
CALLED: Mapping[Type, str] = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a text",
}


def judge(node: Node, value: Any, at: str = "") -> Iterator[Fault]:
    """Everything that is wrong with a value (of decoded JSON) at a place."""
    kinds = types_of(value)
    if not kinds & node.types:
        expected = " or ".join(CALLED[kind] for kind in sorted(node.types))
        yield Fault(
            at, "wrong_type", f"Expected {expected}, got {CALLED[named(value)]}.", f"Send {expected}."
        )
        return
    if node.enum is not None and not any(same(value, one) for one in node.enum):
        yield Fault(at, "not_allowed", "This value is not one of those allowed.", _choices(node.enum, value))
        return
    if isinstance(value, str):
        yield from _text(node, value, at)
    elif isinstance(value, Mapping):
        yield from _object(node, value, at)
    elif isinstance(value, list):
        yield from _array(node, value, at)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number(node, value, at)


def filtered(node: Node) -> Node:
    """The node with an enum of those values only that fit everything else it says."""
    free = replace(node, enum=None)
    kept = tuple(one for one in node.enum or () if next(judge(free, one), None) is None)
    types = frozenset(kind for one in kept for kind in types_of(one)) & node.types
    return replace(node, enum=kept, types=types or node.types)


def types_of(value: Any) -> frozenset[Type]:
    """The types of JSON Schema that a decoded value has; 1.0 is an integer as well."""
    return (
        _TYPES.get(type(value), _NONE)
        if not isinstance(value, float)
        else (_WHOLE if value.is_integer() else _REAL)
    )


def named(value: Any) -> Type:
    """The type of a decoded value by which it is told of."""
    return next(iter(_TYPES.get(type(value), _NONE) - {"number"}), "number")


def same(one: Any, other: Any) -> bool:
    """Whether two decoded values are equal in JSON, where true is not 1 and 1.0 is."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


_NONE: frozenset[Type] = frozenset()
_WHOLE: frozenset[Type] = frozenset({"integer", "number"})
_REAL: frozenset[Type] = frozenset({"number"})
_TYPES: dict[type, frozenset[Type]] = {
    dict: frozenset({"object"}),
    list: frozenset({"array"}),
    str: frozenset({"string"}),
    bool: frozenset({"boolean"}),
    int: _WHOLE,
    float: _REAL,
    type(None): frozenset({"null"}),
}


def written(value: Any) -> str:
    """A value as it is written in JSON."""
    return msgspec.json.encode(value).decode()


def _choices(enum: tuple[Any, ...], value: Any) -> str:
    texts = [one for one in enum if isinstance(one, str)]
    if isinstance(value, str) and (guess := nearest(value, texts)):
        return f"Send {written(guess)}."
    more = "" if len(enum) <= SHOWN else f" or {len(enum) - SHOWN} more"
    return f"Send one of {', '.join(map(written, enum[:SHOWN]))}{more}."


def _text(node: Node, value: str, at: str) -> Iterator[Fault]:
    yield from _within(len(value), node.shortest, node.longest, "character", at)
    if node.pattern and not compiled_pattern(node.pattern).search(value.encode()):
        yield Fault(
            at, "wrong_pattern", f"It does not match {node.pattern}.", "Write it as the pattern says."
        )
    if node.format and not formatted(node.format)(value):
        yield Fault(at, "wrong_format", f"It is not written as {node.format}.", _FORMATS[node.format])


_FORMATS = {
    "date-time": "Write a time with its zone, such as 2026-11-22T10:15:00Z.",
    "date": "Write a day as 2026-11-22.",
    "uuid": "Write a UUID as 018f7a1e-0000-7000-8000-000000000001.",
    "email": "Write an address as ada@example.com.",
    "uri": "Write a URI with its scheme, such as https://example.com/.",
}


def _number(node: Node, value: float, at: str) -> Iterator[Fault]:
    if node.minimum is not None and value < node.minimum:
        yield Fault(at, "out_of_range", f"It is less than {node.minimum}.", f"Send {node.minimum} or more.")
    if node.maximum is not None and value > node.maximum:
        yield Fault(at, "out_of_range", f"It is more than {node.maximum}.", f"Send {node.maximum} or less.")


def _array(node: Node, value: list[Any], at: str) -> Iterator[Fault]:
    yield from _within(len(value), node.least_items, node.most_items, "item", at)
    if node.items is not None:
        for index, one in enumerate(value):
            yield from judge(node.items, one, step(at, index))


def _object(node: Node, value: Mapping[str, Any], at: str) -> Iterator[Fault]:
    for name in sorted(node.required - value.keys()):
        yield Fault(step(at, name), "missing_field", f"{name} is missing.", f"Send {name}.")
    for name, one in value.items():
        inside = node.properties.get(name)
        if inside is not None:
            yield from judge(inside, one, step(at, name))
        elif not node.open:
            guess = nearest(name, [known for known in node.properties if known not in value])
            fix = f"Call it {guess}." if guess else "Leave it out, or add it to the schema."
            yield Fault(step(at, name), "unknown_field", f"The schema has no {name}.", fix)


def _within(count: int, least: int, most: int | None, unit: str, at: str) -> Iterator[Fault]:
    if count < least:
        yield Fault(
            at, "wrong_length", f"It has {count} {unit}s, fewer than {least}.", f"Send {least} or more."
        )
    if most is not None and count > most:
        yield Fault(
            at, "wrong_length", f"It has {count} {unit}s, more than {most}.", f"Send {most} or fewer."
        )
