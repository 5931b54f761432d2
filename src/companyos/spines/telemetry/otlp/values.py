"""OTLP's AnyValue and key-value lists as JSON text, for both notations."""

import base64
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

_json = msgspec.json.Encoder(enc_hook=str).encode

UNKNOWN_SERVICE = "unknown_service"


def plain(value: Any) -> Any:
    """A protobuf AnyValue as a plain value; bytes as base64 text."""
    match value.WhichOneof("value"):
        case "string_value":
            return value.string_value
        case "int_value":
            return value.int_value
        case "bool_value":
            return value.bool_value
        case "double_value":
            return value.double_value
        case "array_value":
            return [plain(item) for item in value.array_value.values]
        case "kvlist_value":
            return {item.key: plain(item.value) for item in value.kvlist_value.values}
        case "bytes_value":
            return base64.b64encode(value.bytes_value).decode()
    return None


def pairs(found: Iterable[Any]) -> dict[str, Any]:
    """Attributes as a dictionary; of equal keys the last counts."""
    return {item.key: plain(item.value) for item in found}


def text(value: Any) -> str:
    """JSON text of a plain value; empty for an empty one."""
    return _json(value).decode() if value else ""


def body_text(value: Any) -> str:
    """A log body as text: strings as they are, everything else as JSON."""
    given = plain(value)
    return given if isinstance(given, str) else "" if given is None else _json(given).decode()


class Texts:
    """Attributes as JSON text, remembering those of resources and scopes, which repeat from batch to batch."""

    def __init__(self, limit: int = 4096) -> None:
        self._known: dict[bytes, tuple[str, Any]] = {}
        self._limit = limit

    def of(self, message: Any, make: Callable[[Any], tuple[str, Any]]) -> tuple[str, Any]:
        key = message.SerializeToString()
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= self._limit:
                self._known.clear()
            known = self._known[key] = make(message)
        return known


def resource_text(resource: Any) -> tuple[str, str]:
    """A resource as JSON text, and the name of its service."""
    attributes = pairs(resource.attributes)
    return text(attributes), str(attributes.get("service.name") or UNKNOWN_SERVICE)


def scope_text(scope: Any) -> tuple[str, None]:
    """An instrumentation scope as `name@version`."""
    return (f"{scope.name}@{scope.version}" if scope.version else scope.name), None
