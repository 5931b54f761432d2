"""Compiled schemas: one decode says yes; only what was refused is walked, to say where and why."""

from collections.abc import Mapping
from typing import Any

import msgspec

from .fault import Fault
from .judging import judge
from .pii import Kind, pii_in, suspicious
from .schema import Schema
from .searching import holds_searched, unlabelled
from .types import Test, typed

__all__ = ["Compiled", "Fault", "Kind", "compiled", "pii_in"]

Value = bytes | msgspec.Raw | Mapping[str, Any]


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
        out_of_range, wrong_length, wrong_pattern, wrong_format, unlabelled_pii.
        """
        try:
            read = msgspec.convert(value, self._type) if isinstance(value, Mapping) else self._decode(value)
        except (msgspec.ValidationError, msgspec.DecodeError, RecursionError):
            return self._walked(value)
        if self._test is not None and not self._test(read):
            return self._walked(value)
        if not self._searches or not suspicious(_text(value)):
            return ()
        return tuple(unlabelled(self.schema.root, _plain(value)))

    def _walked(self, value: Value) -> tuple[Fault, ...]:
        try:
            plain = _plain(value)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return (Fault("", "malformed", f"This is no JSON: {error}.", "Send a JSON object."),)
        return (*judge(self.schema.root, plain), *unlabelled(self.schema.root, plain))


def compiled(schema: Schema) -> Compiled:
    """A schema, ready to judge values."""
    return Compiled(schema)


def _plain(value: Value) -> Any:
    return value if isinstance(value, Mapping) else msgspec.json.decode(value)


def _text(value: Value) -> bytes:
    return msgspec.json.encode(value) if isinstance(value, Mapping) else bytes(value)
