"""Canonical JSON (RFC 8785): one value, one sequence of bytes, so that a hash of it means something."""

import json
from typing import Any

import msgspec
import rfc8785

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 64
"""How deep values may nest; deeper ones are refused, both when writing and when reading."""


def encode(value: Any) -> bytes:
    """The canonical bytes of a JSON value.

    Raises ValueError saying what cannot be written exactly: integers beyond ±(2⁵³ − 1), NaN, infinities,
    nesting deeper than `MAX_DEPTH`, types that JSON does not have.
    """
    _check_depth(value, "the value")
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise ValueError(f"the value has no canonical JSON form: {error}") from error


def decode(raw: bytes, what: str) -> Any:
    """Read canonical JSON. Raises ValueError, naming `what`, when the bytes are anything else."""
    try:
        value = json.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{what} is not JSON: {error}") from error
    try:
        exact = encode(value)
    except ValueError as error:
        raise ValueError(f"{what}: {error}") from error
    if exact != raw:
        at = next((i for i, (a, b) in enumerate(zip(exact, raw, strict=False)) if a != b), len(exact))
        raise ValueError(f"{what} is JSON but not in canonical form (RFC 8785), first at byte {at}")
    return value


def plain(value: Any) -> Any:
    """Turn Python values into what JSON has: UUIDs, dates, decimals, enums, dataclasses, tuples, entity refs.

    Hostile input can always be recorded: text that is not valid Unicode (lone surrogates) keeps its readable
    part, numbers that JSON cannot hold exactly become text. Raises ValueError naming a type without JSON form.
    """
    try:
        return _clean(msgspec.to_builtins(value, str_keys=True))
    except (TypeError, RecursionError) as error:
        raise ValueError(f"{type(value).__name__} cannot be recorded: {error}") from error


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if isinstance(value, int | float) and not -MAX_INTEGER <= value <= MAX_INTEGER:
        return str(value)  # NaN too: it compares with nothing
    return value


def _check_depth(value: Any, what: str) -> None:
    layer, depth = [value], 0
    while layer:
        if depth > MAX_DEPTH:
            raise ValueError(f"{what} nests deeper than {MAX_DEPTH} levels")
        nested = [item for item in layer if isinstance(item, dict | list | tuple)]
        layer = [
            child
            for item in nested
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, dict | list | tuple)
        ]
        depth += 1
