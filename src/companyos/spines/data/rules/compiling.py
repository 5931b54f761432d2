"""Compiled schemas: one decode says yes; only what was refused is walked, to say where and why."""

import json
from typing import Any

import msgspec

from .fault import Fault
from .judging import judge
from .pii import Kind, pii_in, suspicious
from .schema import Schema
from .searching import holds_searched, unlabelled
from .types import Test, typed

__all__ = ["Compiled", "Fault", "Kind", "compiled", "pii_in"]

Value = bytes | msgspec.Raw | dict[str, Any]


class Compiled:
    """A schema, ready to judge values. Make it with `compiled`; it may be used from several threads.

    `schema` is what it was made from, with its name, version, purposes and consent.
    """

    __slots__ = ("_decode", "_searches", "_test", "_type", "schema")

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        of = typed(schema.root)
        self._type: Any = of.type
        self._test: Test | None = of.test
        self._searches = holds_searched(schema.root)
        self._decode = msgspec.json.Decoder(of.type).decode

    def faults(self, value: Value) -> tuple[Fault, ...]:
        """What is wrong with a value, given as JSON text or decoded; empty when nothing is.

        Pointers begin at the value. Codes: malformed, wrong_type, missing_field, unknown_field, not_allowed,
        out_of_range, wrong_length, wrong_pattern, wrong_format, unlabelled_pii, duplicate_field.
        """
        accepted = False
        try:
            read = msgspec.convert(value, self._type) if isinstance(value, dict) else self._decode(value)
            accepted = self._test is None or self._test(read)
        except (msgspec.DecodeError, ValueError, RecursionError):
            pass  # what the decoder refuses is walked, which says why, or that it fits nevertheless
        if accepted and not (self._searches and suspicious(_text(value))):
            return ()
        try:
            plain = _plain(value)
        except _Twice as twice:
            sentence = f"{twice} is there twice, and could hide what is in the first."
            return (Fault("", "duplicate_field", sentence, "Send it once."),)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            return (Fault("", "malformed", f"This is no JSON: {error}.", "Send a JSON object."),)
        wrong = () if accepted else judge(self.schema.root, plain)
        return (*wrong, *unlabelled(self.schema.root, plain))


class _Twice(Exception):
    """An object names something twice; readers of JSON differ in which one they take (RFC 8259 §4)."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found


def compiled(schema: Schema) -> Compiled:
    """A schema, ready to judge values."""
    return Compiled(schema)


def _plain(value: Value) -> Any:
    """The decoded value. Raises _Twice where personal data could hide in a name that is given twice."""
    if isinstance(value, dict):
        return value
    plain = msgspec.json.decode(value)
    text = bytes(value)
    return json.loads(text, object_pairs_hook=_once) if suspicious(text) else plain


def _text(value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    return msgspec.json.encode(value) if isinstance(value, dict) else bytes(value)
