"""What can be said of a schema in a line."""

from typing import TypedDict

from .labels import CLASSIFICATIONS, Classification, rank
from .schema import Node


class Strictest(TypedDict):
    """The strictest classification of any property, and whether any of them is personal data."""

    classification: Classification
    personal: bool


def strictest(node: Node) -> Strictest:
    """What must be known before the data of a schema is handled."""
    inside = [strictest(one) for one in (*node.properties.values(), *([node.items] if node.items else ()))]
    highest = max([rank(node.label), *(CLASSIFICATIONS.index(one["classification"]) for one in inside)])
    personal = node.label.pii in ("direct", "indirect") or any(one["personal"] for one in inside)
    return {"classification": CLASSIFICATIONS[highest], "personal": personal}
