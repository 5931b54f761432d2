"""Reading a JSON Schema (2020-12) of the profile that CompanyOS understands; everything else is refused by name.

The profile is closed so that every schema can be compiled to a fast decoder, compared with its former versions,
and stored as columns. Patterns are of RE2 (no look-around, no back references): they run in linear time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from .fault import Fault, nearest, step
from .judging import filtered
from .labelling import read_label, read_root
from .labels import KEYWORD, Label
from .schema import Format, Node, Schema, Type
from .texts import why_unreadable

TYPES: tuple[Type, ...] = get_args(Type)
FORMATS: tuple[Format, ...] = tuple(f for f in get_args(Format) if f)
WORDS = ("title", "description", "examples", "$comment", KEYWORD)
OF_TYPE: Mapping[str, tuple[str, ...]] = {
    "object": ("properties", "required", "additionalProperties"),
    "array": ("items", "minItems", "maxItems"),
    "string": ("minLength", "maxLength", "pattern", "format"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
}
KNOWN = ("type", "enum", "const", *WORDS, *dict.fromkeys(k for keys in OF_TYPE.values() for k in keys))
AT_ROOT = ("$schema", "$id")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
INSTEAD = {
    "exclusiveMinimum": "Write `minimum`.",
    "exclusiveMaximum": "Write `maximum`.",
    "$ref": "Write the schema out where it is used.",
    "$defs": "Write each schema out where it is used.",
    "oneOf": 'Name several types, as in "type": ["string", "null"], or make two schemas.',
    "anyOf": 'Name several types, as in "type": ["string", "null"], or make two schemas.',
    "patternProperties": "Name the properties, or allow any with additionalProperties.",
    "default": "Say in the description what a missing value means.",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a schema may be: properties in all, levels of nesting, values of one enum."""

    properties: int = 500
    depth: int = 8
    values: int = 1000


class SchemaRefused(ValueError):
    """The document is no schema of the profile; `faults` say where, what and what to do."""

    def __init__(self, faults: tuple[Fault, ...]):
        super().__init__("; ".join(f"{one.pointer or '/'}: {one.sentence}" for one in faults))
        self.faults = faults


@dataclass(slots=True)
class _Reading:
    limits: Limits
    faults: list[Fault] = field(default_factory=list)
    properties: int = 0

    def fault(self, at: str, sentence: str, fix: str = "", code: str = "schema_invalid") -> None:
        self.faults.append(Fault(at, code, sentence, fix))


def understand(document: Any, limits: Limits | None = None) -> Schema:
    """The schema that a JSON document says. Raises SchemaRefused with every fault that was found."""
    reading = _Reading(limits or Limits())
    if not isinstance(document, Mapping):
        raise SchemaRefused((Fault("", "schema_invalid", "A schema is a JSON object.", "Write {…}."),))
    if document.get("$schema", DIALECT) != DIALECT:
        reading.fault("/$schema", "Only JSON Schema 2020-12 is understood.", f"Write {DIALECT}.")
    said, label = read_root(document.get(KEYWORD, {}), reading.fault)
    root = _node(reading, document, "", label, 0)
    if "object" not in root.types or len(root.types) > 1:
        reading.fault("/type", "The root of a schema is an object.", 'Write "type": "object".')
    if reading.faults:
        raise SchemaRefused(tuple(reading.faults))
    return Schema(root=root, document=document, title=str(document.get("title", "")), **said)


def _node(reading: _Reading, said: Any, at: str, above: Label, depth: int) -> Node:
    if not isinstance(said, Mapping):
        reading.fault(at, "A schema is a JSON object.", 'Write {"type": …}.')
        return Node(frozenset(TYPES))
    if depth > reading.limits.depth:
        reading.fault(at, f"A schema is at most {reading.limits.depth} levels deep.", "Make it flatter.")
        return Node(frozenset(TYPES))
    label = above if at == "" else read_label(said.get(KEYWORD, {}), above, step(at, KEYWORD), reading.fault)
    enum = _enum(reading, said, at)
    types = _types(reading, said, at, enum)
    for keyword in said:
        _known(reading, keyword, types, at)
    node = Node(
        types=types,
        label=label,
        properties=_properties(reading, said, at, label, depth),
        required=frozenset(_texts(reading, said, "required", at)),
        open=_flag(reading, said, "additionalProperties", at, True),
        items=_node(reading, said["items"], step(at, "items"), label, depth + 1) if "items" in said else None,
        least_items=_count(reading, said, "minItems", at) or 0,
        most_items=_count(reading, said, "maxItems", at),
        enum=enum,
        minimum=_number(reading, said, "minimum", at),
        maximum=_number(reading, said, "maximum", at),
        shortest=_count(reading, said, "minLength", at) or 0,
        longest=_count(reading, said, "maxLength", at),
        pattern=_pattern(reading, said, at),
        format=_format(reading, said, at),
        description=_text(reading, said, "description", at),
        examples=tuple(said["examples"]) if isinstance(said.get("examples"), list) else (),
    )
    if node.format == "email" and label.searched:
        fix = f'Write "{KEYWORD}": {{"pii": "direct"}}, or "none" if it is of no person.'
        reading.fault(step(at, KEYWORD), "An e-mail address needs a label.", fix, "unlabelled_pii")
    for name in sorted(node.required - set(node.properties)):
        reading.fault(step(at, "required"), f"{name} is required, but is no property.", "Describe it.")
    return _satisfiable(reading, node, at)


def _satisfiable(reading: _Reading, node: Node, at: str) -> Node:
    """A node that some value fits, its enum narrowed to those that fit the rest."""
    ranges = (
        (node.minimum, node.maximum, "minimum"),
        (node.shortest, node.longest, "minLength"),
        (node.least_items, node.most_items, "minItems"),
    )
    for least, most, keyword in ranges:
        if least is not None and most is not None and least > most:
            reading.fault(step(at, keyword), f"{least} is more than {most}: nothing fits.", "Swap them.")
    if node.enum is None or reading.faults:
        return node
    fitting = filtered(node)
    if not fitting.enum:
        reading.fault(step(at, "enum"), "None of these values fits the rest of what is said.", "Drop one.")
    return fitting


def _known(reading: _Reading, keyword: str, types: frozenset[Type], at: str) -> None:
    if keyword in AT_ROOT and at == "":
        return
    if keyword not in KNOWN:
        guess = nearest(keyword, list(KNOWN))
        fix = INSTEAD.get(keyword) or (f"Write `{guess}`." if guess else f"Use: {', '.join(KNOWN)}.")
        reading.fault(step(at, keyword), f"`{keyword}` is not in the profile.", fix, "unknown_keyword")
        return
    of = [kind for kind, keywords in OF_TYPE.items() if keyword in keywords]
    if of and not types & set(of):
        reading.fault(
            step(at, keyword),
            f"`{keyword}` says something of {' and '.join(of)} only.",
            f"Add {of[0]} to `type`.",
        )


def _types(
    reading: _Reading, said: Mapping[str, Any], at: str, enum: tuple[Any, ...] | None
) -> frozenset[Type]:
    given = said.get("type")
    named = given if isinstance(given, list) else [given]
    if given is None:
        return frozenset(TYPES)
    wrong = [one for one in named if one not in TYPES]
    if wrong or not named:
        fix = f"Write one of {', '.join(TYPES)}, or a list of them."
        reading.fault(step(at, "type"), "No such type.", fix)
        return frozenset(TYPES)
    return frozenset(named)


def _enum(reading: _Reading, said: Mapping[str, Any], at: str) -> tuple[Any, ...] | None:
    if "const" in said and "enum" in said:
        reading.fault(step(at, "const"), "`const` and `enum` say the same.", "Keep one of them.")
    if "const" in said:
        return (said["const"],)
    given = said.get("enum")
    if "enum" not in said:
        return None
    if not isinstance(given, list) or not 1 <= len(given) <= reading.limits.values:
        reading.fault(step(at, "enum"), f"`enum` is a list of 1 to {reading.limits.values} values.")
        return None
    return tuple(given)


def _properties(
    reading: _Reading, said: Mapping[str, Any], at: str, label: Label, depth: int
) -> dict[str, Node]:
    given = said.get("properties", {})
    if not isinstance(given, Mapping):
        reading.fault(step(at, "properties"), "`properties` is an object: a schema for each name.")
        return {}
    before, reading.properties = reading.properties, reading.properties + len(given)
    if before <= reading.limits.properties < reading.properties:
        most = reading.limits.properties
        reading.fault(step(at, "properties"), f"A schema has at most {most} properties.", "Split it.")
    inside = step(at, "properties")
    return {name: _node(reading, one, step(inside, name), label, depth + 1) for name, one in given.items()}


def _pattern(reading: _Reading, said: Mapping[str, Any], at: str) -> str:
    pattern = _text(reading, said, "pattern", at)
    if why := why_unreadable(pattern):
        fix = "Write it in RE2's syntax: no look-around, no back references."
        reading.fault(step(at, "pattern"), f"The pattern cannot be read: {why}.", fix)
    return pattern


def _format(reading: _Reading, said: Mapping[str, Any], at: str) -> Format:
    given = said.get("format", "")
    if given and given not in FORMATS:
        guess = nearest(str(given), list(FORMATS))
        fix = f"Write {guess}." if guess else f"Write one of {', '.join(FORMATS)}."
        reading.fault(step(at, "format"), f"The format {given!r} is not in the profile.", fix)
        return ""
    return given  # type: ignore[no-any-return]


def _text(reading: _Reading, said: Mapping[str, Any], keyword: str, at: str) -> str:
    given = said.get(keyword, "")
    if not isinstance(given, str):
        reading.fault(step(at, keyword), f"`{keyword}` is a text.")
        return ""
    return given


def _texts(reading: _Reading, said: Mapping[str, Any], keyword: str, at: str) -> Iterator[str]:
    given = said.get(keyword, [])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        reading.fault(step(at, keyword), f"`{keyword}` is a list of texts.")
        return
    yield from given


def _flag(reading: _Reading, said: Mapping[str, Any], keyword: str, at: str, otherwise: bool) -> bool:
    given = said.get(keyword, otherwise)
    if not isinstance(given, bool):
        reading.fault(step(at, keyword), f"`{keyword}` is true or false here.", "Write true or false.")
        return otherwise
    return given


def _count(reading: _Reading, said: Mapping[str, Any], keyword: str, at: str) -> int | None:
    given = said.get(keyword)
    if given is not None and (
        not isinstance(given, int) or isinstance(given, bool) or not 0 <= given < 2**31
    ):
        reading.fault(step(at, keyword), f"`{keyword}` is a whole number from 0 on.")
        return None
    return given


def _number(reading: _Reading, said: Mapping[str, Any], keyword: str, at: str) -> int | float | None:
    given = said.get(keyword)
    if given is not None and (not isinstance(given, int | float) or isinstance(given, bool)):
        reading.fault(step(at, keyword), f"`{keyword}` is a number.")
        return None
    return given
