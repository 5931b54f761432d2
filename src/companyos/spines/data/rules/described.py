"""A schema in words, for people who read what there is: one row for each place of an event."""

from collections.abc import Iterator

from .judging import written
from .schema import Node, Schema

Row = tuple[str, str, str, str]


def rows(schema: Schema) -> Iterator[Row]:
    """Each property: path, what it holds, description, and how it is guarded; "" is said of nothing."""
    yield from _inside(schema.root, "")


def about(schema: Schema) -> str:
    """What an event of that schema takes and may be used for, as one sentence."""
    consent = f"Needs consent to `{schema.consent}`" if schema.consent else "Needs no consent"
    purposes = ", ".join(f"`{one}`" for one in schema.purposes) or "anything"
    feature = f"; tells of the feature `{schema.feature}`" if schema.feature else ""
    return f"{consent}; may be used for {purposes}{feature}."


def _inside(node: Node, path: str) -> Iterator[Row]:
    if node.items:
        yield from _inside(node.items, f"{path}[]")
    for name, property in node.properties.items():
        at = f"{path}.{name}" if path else name
        must = "" if name in node.required else ", may be left out"
        yield at, f"`{_held(property)}`{must}", property.description or "–", _guarded(property)
        yield from _inside(property, at)


def _held(node: Node) -> str:
    if node.enum is not None:
        return " or ".join(map(written, node.enum))
    if node.items:
        return f"list of {_held(node.items)}"
    kinds = " or ".join(sorted(node.types)) if len(node.types) < 6 else "anything"
    return f"{kinds} ({node.format})" if node.format else kinds


def _guarded(node: Node) -> str:
    pii = {"": "searched for personal data", "none": "no personal data"}
    return f"{node.label.classification}, {pii.get(node.label.pii, f'{node.label.pii} personal data')}"
