"""Compiled schemas: one decode says yes; only what was refused is walked, to say where and why."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from .fault import Fault, step
from .judging import judge
from .pii import WORDS, Kind, pii_in, suspicious
from .schema import Node, Schema
from .types import Test, typed

__all__ = ["Compiled", "Fault", "Kind", "compiled", "pii_in"]

Value = bytes | msgspec.Raw | Mapping[str, Any]


class Compiled:
    """A schema, ready to judge values. Make it with `compiled`; it may be used from several threads.

    `schema` is what it was made from, with its name, version, purposes and consent.
    """

    __slots__ = ("_decode", "_test", "_type", "schema")

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        of = typed(schema.root)
        self._type: Any = of.type
        self._test: Test | None = of.test
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
        if not isinstance(value, Mapping) and not suspicious(bytes(value)):
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


def unlabelled(node: Node | None, value: Any, at: str = "") -> Iterator[Fault]:
    """Personal data in places that are not labelled for it; `node` is None for what the schema does not describe."""
    if isinstance(value, str):
        if (node is None or _searched(node)) and (kind := pii_in(value)):
            sentence = f"This looks like {WORDS[kind]}, and the property is not labelled for personal data."
            fix = 'Stop sending it, or label the property with "x-companyos": {"pii": "direct"} (or "none").'
            yield Fault(at, "unlabelled_pii", sentence, fix)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            if kind := pii_in(name):
                sentence = f"The name of this field looks like {WORDS[kind]}."
                yield Fault(
                    step(at, name), "unlabelled_pii", sentence, "Send it as a value, in a labelled property."
                )
            yield from unlabelled(node.properties.get(name) if node else None, one, step(at, name))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from unlabelled(node.items if node else None, one, step(at, index))


def _searched(node: Node) -> bool:
    """Whether texts there are searched: not where the schema itself says what they can be."""
    return node.label.searched and node.enum is None and node.format in ("", "email", "uri")


def _plain(value: Value) -> Any:
    return value if isinstance(value, Mapping) else msgspec.json.decode(value)
