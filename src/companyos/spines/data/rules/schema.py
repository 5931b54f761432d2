"""What a schema says, once it is understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Self

from .labels import UNLABELLED, Label

Type = Literal["object", "array", "string", "integer", "number", "boolean", "null"]
Format = Literal["", "date-time", "date", "uuid", "email", "uri"]


class Version(NamedTuple):
    """SchemaVer: MODEL-REVISION-ADDITION (https://docs.snowplow.io, "Versioning your data structures")."""

    model: int
    revision: int
    addition: int

    def __str__(self) -> str:
        return "-".join(map(str, self))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "1-0-2". Raises ValueError when the text is something else."""
        parts = text.split("-")
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 6 for part in parts):
            raise ValueError(f"{text!r} is no version; write MODEL-REVISION-ADDITION, such as 1-0-0")
        found = cls(*map(int, parts))
        if found.model < 1 or str(found) != text:
            raise ValueError(f"{text!r} is no version; the first one is 1-0-0")
        return found


FIRST = Version(1, 0, 0)


@dataclass(frozen=True, slots=True)
class Node:
    """What one place of a value may hold.

    `types` are those of JSON Schema; "number" holds integers too. `enum` is None when any value of the types will
    do. Lengths are in characters (code points) or items. `open` says whether an object may hold more than
    `properties`. `label` is complete: what a property does not say itself, it has from what it stands in.
    """

    types: frozenset[Type]
    label: Label = UNLABELLED
    properties: "Mapping[str, Node]" = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    open: bool = True
    items: "Node | None" = None
    least_items: int = 0
    most_items: int | None = None
    enum: tuple[Any, ...] | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    shortest: int = 0
    longest: int | None = None
    pattern: str = ""
    format: Format = ""
    description: str = ""
    examples: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema: its root, and what it says of an event as a whole.

    `name` and `version` may stand in the document, and must in a built-in one. `purposes` is what such events may
    be used for, `consent` the scope that the person must have given ("" for none), `feature` the part of the
    product that they tell of. `document` is the JSON Schema as it was written.
    """

    root: Node
    document: Mapping[str, Any]
    name: str = ""
    version: Version | None = None
    title: str = ""
    purposes: tuple[str, ...] = ()
    consent: str = ""
    feature: str = ""
