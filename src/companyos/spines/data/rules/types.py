"""From a schema to what msgspec decodes into, and to the tests of what msgspec cannot say.

The decoder accepts no value that the schema refuses, once the tests have passed; it may refuse a few that the
schema accepts (1.0 for an integer), which are then judged by walking.
"""

import math
from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args

import msgspec

from .judging import judge
from .schema import Node, Type
from .texts import NATIVE, compiled_pattern, formatted

Test = Callable[[Any], bool]

INT64 = 2**63
ANY: frozenset[Type] = frozenset(get_args(Type))


class Typed(NamedTuple):
    """A type to decode into, and what must be tested of the decoded value; None when nothing is left to test."""

    type: Any
    test: Test | None = None


def typed(node: Node) -> Typed:
    """What values of a place are decoded into."""
    if node.enum is not None:
        return _enumerated(node, node.enum)
    if node.types == ANY and _says_nothing(node):
        return Typed(Any)
    kinds: dict[str, Typed] = {kind: _OF[kind](node) for kind in sorted(node.types - _subsumed(node))}
    of = list(kinds.values())
    if len(of) == 1:
        return of[0]
    together: Any = Union[tuple(one.type for one in of)]  # noqa: UP007 - of types that are known only now
    tests = {kind: one.test for kind, one in kinds.items() if one.test is not None}
    return Typed(together, _either(tests) if tests else None)


def _says_nothing(node: Node) -> bool:
    return node == Node(ANY, node.label, description=node.description, examples=node.examples)


def _subsumed(node: Node) -> set[str]:
    return {"integer"} if "number" in node.types else set()


def _either(tests: dict[str, Test]) -> Test:
    """The test of whichever type the value turned out to be."""
    text, array, struct = tests.get("string"), tests.get("array"), tests.get("object")
    number = tests.get("number") or tests.get("integer")

    def test(value: Any) -> bool:
        if isinstance(value, str):
            return text is None or text(value)
        if isinstance(value, list):
            return array is None or array(value)
        if isinstance(value, msgspec.Struct):
            return struct is None or struct(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return number is None or number(value)
        return True

    return test


def _enumerated(node: Node, enum: tuple[Any, ...]) -> Typed:
    if all(isinstance(one, str) or one is None for one in enum) or all(
        type(one) is int and abs(one) < INT64 for one in enum
    ):
        return Typed(Literal[enum])
    return Typed(Any, lambda value: next(judge(node, value), None) is None)


def _string(node: Node) -> Typed:
    bare = not node.pattern and not node.shortest and node.longest is None
    if node.format in NATIVE and bare:
        return Typed(NATIVE[node.format])
    tests: list[Test] = []
    if node.pattern:
        search = compiled_pattern(node.pattern).search
        tests.append(lambda value: search(value.encode()) is not None)
    if node.format:
        tests.append(formatted(node.format))
    bounds = _bounds(node.shortest, node.longest)
    return Typed(Annotated[str, bounds] if bounds else str, _all(tests))


def _integer(node: Node) -> Typed:
    least = None if node.minimum is None else math.ceil(node.minimum)
    most = None if node.maximum is None else math.floor(node.maximum)
    if any(one is not None and abs(one) >= INT64 for one in (least, most)):
        return Typed(int, _in_range(node))
    meta = msgspec.Meta(ge=least, le=most)
    return Typed(int if least is None and most is None else Annotated[int, meta])


def _number(node: Node) -> Typed:
    """Bounds are tested on what was sent: a whole number is decoded as one, and compared exactly."""
    if node.minimum is None and node.maximum is None:
        return Typed(float)
    exact = all(one is None or abs(one) < 2**53 for one in (node.minimum, node.maximum))
    if not exact:
        return Typed(int | float, _in_range(node))
    return Typed(Annotated[float, msgspec.Meta(ge=node.minimum, le=node.maximum)])


def _in_range(node: Node) -> Test:
    low, high = node.minimum, node.maximum
    return lambda value: (low is None or value >= low) and (high is None or value <= high)


def _array(node: Node) -> Typed:
    item = typed(node.items) if node.items is not None else Typed(Any)
    bounds = _bounds(node.least_items, node.most_items)
    of: Any = list[item.type]  # type: ignore[name-defined]
    of = Annotated[of, bounds] if bounds else of
    inside = item.test
    return Typed(of, None if inside is None else lambda value: all(map(inside, value)))


def _object(node: Node) -> Typed:
    fields: list[Any] = []
    rename: dict[str, str] = {}
    tests: list[tuple[str, Test]] = []
    unknown = sorted(node.required - set(node.properties))
    for index, name in enumerate([*node.properties, *unknown]):
        inside = typed(node.properties[name]) if name in node.properties else Typed(Any)
        attribute = f"f{index}"
        rename[attribute] = name
        if name in node.required:
            fields.append((attribute, inside.type))
        else:
            fields.append((attribute, inside.type | msgspec.UnsetType, msgspec.UNSET))
        if inside.test is not None:
            tests.append((attribute, inside.test))
    struct = msgspec.defstruct(
        "Value", fields, kw_only=True, rename=rename, forbid_unknown_fields=not node.open, gc=False
    )
    return Typed(struct, _of_fields(tuple(tests)) if tests else None)


def _of_fields(tests: tuple[tuple[str, Test], ...]) -> Test:
    def test(value: Any) -> bool:
        for attribute, inside in tests:
            found = getattr(value, attribute)
            if found is not msgspec.UNSET and not inside(found):
                return False
        return True

    return test


def _bounds(least: int, most: int | None) -> msgspec.Meta | None:
    if not least and most is None:
        return None
    return msgspec.Meta(min_length=least or None, max_length=most)


def _all(tests: list[Test]) -> Test | None:
    if len(tests) < 2:
        return tests[0] if tests else None
    return lambda value: all(test(value) for test in tests)


_OF: dict[str, Callable[[Node], Typed]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": lambda _: Typed(bool),
    "null": lambda _: Typed(None),
}
