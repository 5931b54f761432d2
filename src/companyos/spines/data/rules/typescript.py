"""A schema as a TypeScript type, for those who send such events from a browser or an app."""

import re
from collections.abc import Iterator

from .judging import written
from .labels import Label
from .schema import Node, Schema

INDENT = "  "
IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
SCALARS = {"string": "string", "boolean": "boolean", "null": "null"}


def declared(schema: Schema) -> str:
    """The declaration of a type that holds what the schema accepts, bounds and patterns aside; it ends in a newline."""
    version = f" {schema.version}" if schema.version else ""
    said = _comment(f"{schema.title or schema.name}: {schema.name}{version}", "")
    return f"{said}export type {type_name(schema.name)} = {_type(schema.root, '')};\n"


def type_name(name: str) -> str:
    """What the type of a schema is called: ShopOrderPlaced of shop.order_placed."""
    parts = re.split(r"[._-]+", name)
    return "".join(part[:1].upper() + part[1:] for part in parts if part) or "Event"


def _type(node: Node, indent: str) -> str:
    if node.enum is not None:
        literals = [
            written(one) if one is None or isinstance(one, str | int | float) else "unknown"
            for one in node.enum
        ]
        return " | ".join(dict.fromkeys(literals))
    kinds = [SCALARS[kind] for kind in sorted(node.types) if kind in SCALARS]
    if node.types & {"integer", "number"}:
        kinds.append("number")
    if "array" in node.types:
        kinds.append(f"Array<{_type(node.items, indent) if node.items else 'unknown'}>")
    if "object" in node.types:
        kinds.append("\n".join(_object(node, indent)))
    return " | ".join(kinds)


def _object(node: Node, indent: str) -> Iterator[str]:
    inside = indent + INDENT
    yield "{"
    for name, one in node.properties.items():
        key = name if IDENTIFIER.fullmatch(name) else written(name)
        mark = "" if name in node.required else "?"
        said = _comment(". ".join(filter(None, (one.description, _label(one.label)))), inside)
        yield f"{said}{inside}{key}{mark}: {_type(one, inside)};"
    if node.open:
        yield f"{inside}[more: string]: unknown;"
    yield f"{indent}}}"


def _label(label: Label) -> str:
    personal = {"direct": "personal data", "indirect": "indirectly personal data"}.get(label.pii, "")
    strict = label.classification if label.classification in ("confidential", "restricted") else ""
    return ", ".join(filter(None, (strict, personal)))


def _comment(text: str, indent: str) -> str:
    plain = " ".join(text.replace("*/", "* /").split())
    return f"{indent}/** {plain} */\n" if plain else ""
