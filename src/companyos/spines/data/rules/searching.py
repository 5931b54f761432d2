"""Searching values for personal data in places that are not labelled for it."""

from collections.abc import Iterator, Mapping
from typing import Any

from .fault import Fault, step
from .pii import WORDS, pii_in
from .schema import Node

NATIVE = ("date-time", "date", "uuid")


def unlabelled(node: Node | None, value: Any, at: str = "") -> Iterator[Fault]:
    """Personal data in places that are not labelled for it; `node` is None for what the schema does not describe."""
    if isinstance(value, str):
        if (node is None or searched(node)) and (kind := pii_in(value)):
            sentence = f"This looks like {WORDS[kind]}, and the property is not labelled for personal data."
            fix = 'Stop sending it, or label the property with "x-companyos": {"pii": "direct"} (or "none").'
            yield Fault(at, "unlabelled_pii", sentence, fix)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _name(node, name, at)
            yield from unlabelled(node.properties.get(name) if node else None, one, step(at, name))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from unlabelled(node.items if node else None, one, step(at, index))


def _name(node: Node | None, name: str, at: str) -> Iterator[Fault]:
    """Names that nobody described are searched like values: a map from addresses to numbers holds addresses."""
    if (node is None or name not in node.properties) and (kind := pii_in(name)):
        sentence = f"The name of this field looks like {WORDS[kind]}."
        yield Fault(step(at, name), "unlabelled_pii", sentence, "Send it as a value, in a labelled property.")


def searched(node: Node) -> bool:
    """Whether texts there are searched: not where the schema says itself what they can be."""
    return node.label.searched and node.enum is None and node.format not in NATIVE


def holds_searched(node: Node) -> bool:
    """Whether any text in a value could be searched: one that is not labelled, or of a place not described."""
    if "string" in node.types and searched(node):
        return True
    if ("object" in node.types and node.open) or ("array" in node.types and node.items is None):
        return True
    return any(
        holds_searched(one) for one in (*node.properties.values(), *([node.items] if node.items else ()))
    )


def searched_anew(old: Node, new: Node | None) -> bool:
    """Whether values that nobody searched are searched now; `new` is None for a place no longer described.

    What is written in a native format, or stands in an enum, is not counted: it is known what it can be.
    """
    if new is not None:
        return old.label.pii != "" and searched(new) and "string" in old.types
    return any(one.label.pii != "" or one.enum is not None for one in _within(old))


def _within(node: Node) -> Iterator[Node]:
    yield node
    for inside in node.properties.values():
        yield from _within(inside)
    if node.items is not None:
        yield from _within(node.items)
