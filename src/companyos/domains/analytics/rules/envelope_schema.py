"""The envelope's JSON Schema from the struct: `python -m companyos.domains.analytics.rules.envelope_schema`."""

import json
from pathlib import Path
from typing import Any

import msgspec

from .envelope import Envelope

FILE = Path(__file__).parents[1] / "schemas" / "companyos.envelope.json"
VERSION = "1-0-0"
PII = {"user_id": "direct", "anonymous_id": "indirect", "session_id": "indirect"}


def document() -> dict[str, Any]:
    """The schema: every field with its description and label; what the struct cannot say is judged by `judging`."""
    told = msgspec.inspect.type_info(Envelope)
    assert isinstance(told, msgspec.inspect.StructType)
    properties = {field.name: _property(field.name, field.type) for field in told.fields}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Event envelope",
        "description": "What every event says of itself, whatever it is about.",
        "x-companyos": {"name": "companyos.envelope", "version": VERSION, "classification": "internal"},
        "type": "object",
        "properties": properties,
        "required": ["id", "event"],
        "additionalProperties": False,
    }


def _property(name: str, kind: msgspec.inspect.Type) -> dict[str, Any]:
    more: dict[str, Any] = {}
    while isinstance(kind, msgspec.inspect.Metadata):
        more |= kind.extra_json_schema or {}
        kind = kind.type
    return {**_shape(kind), **more, "x-companyos": {"pii": PII.get(name, "none")}}


def _shape(kind: msgspec.inspect.Type) -> dict[str, Any]:
    match kind:
        case msgspec.inspect.StrType(max_length=most):
            return {"type": "string", "maxLength": most}
        case msgspec.inspect.UnionType():
            return {"type": "string", "format": "date-time"}
        case msgspec.inspect.ListType(item_type=item, max_length=most):
            return {"type": "array", "items": _shape(item), "maxItems": most}
        case msgspec.inspect.RawType():
            return {"type": "object"}
    raise TypeError(f"the envelope's schema cannot say {kind}")


def text() -> str:
    """The schema as it stands in its file."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
