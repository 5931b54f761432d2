"""The one Cedar schema of the house, assembled from the fragments of its spines and domains."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import cedarpy

from companyos.kernel.decision import Reason

from .names import NAMESPACE
from .shapes import Shape, resource_types, shapes
from .source import PolicyRefused, Statement, nearest, quoted

_ANNOTATIONS = r'(?:@\w+(?:\s*\(\s*"(?:\\.|[^"\\])*"\s*\))?\s*)*'
_NAME = r'(?:"(?:\\.|[^"\\])*"|\w+)'
_ACTION = re.compile(
    rf"{_ANNOTATIONS}action\s+(?P<names>{_NAME}(?:\s*,\s*{_NAME})*)"
    rf"(?:\s+in\s+(?P<groups>\[[^\]]*\]|{_NAME}))?\s*(?P<applies>appliesTo\b)?"
)
_TYPES = re.compile(rf"{_ANNOTATIONS}(?:entity|type)\s+(?P<names>\w+(?:\s*,\s*\w+)*)")


@dataclass(frozen=True, slots=True)
class Declared:
    """An action of the schema: the groups it is in, and whether it can be asked about (or is a group)."""

    name: str
    statement: Statement
    groups: frozenset[str]
    applies: bool


@dataclass(frozen=True)
class Schema:
    """All declarations. `cedar` is the whole as Cedar parsed it, `part` what one action needs."""

    statements: tuple[Statement, ...]
    actions: Mapping[str, Declared]
    types: frozenset[str]

    @classmethod
    def assemble(cls, statements: Iterable[Statement]) -> "Schema":
        """Raises PolicyRefused with file, line and Cedar's message when the declarations do not fit."""
        kept = tuple(statements)
        schema = cls(
            statements=kept,
            actions={declared.name: declared for s in kept for declared in _actions(s)},
            types=frozenset(name for s in kept for name in _types(s)),
        )
        try:
            schema.cedar  # noqa: B018 - parsed here so that an error shows here
        except ValueError as error:
            raise PolicyRefused([_explain(kept, schema, str(error))]) from None
        return schema

    @cached_property
    def cedar(self) -> cedarpy.Schema:
        return cedarpy.Schema.from_str(_wrap(self.statements))

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """What each entity type holds."""
        return shapes(self.cedar)

    @cached_property
    def applies(self) -> Mapping[str, tuple[str, ...]]:
        """The entity types that each action can be about."""
        return resource_types(self.cedar)

    @property
    def groups(self) -> frozenset[str]:
        """The actions that only hold others."""
        return frozenset(name for name, declared in self.actions.items() if not declared.applies)

    def ancestors(self, action: str) -> frozenset[str]:
        """The groups that hold an action, directly or through other groups."""
        found: set[str] = set()
        waiting = [action]
        while waiting:
            declared = self.actions.get(waiting.pop())
            new = (declared.groups if declared else frozenset()) - found
            found |= new
            waiting.extend(new)
        return frozenset(found)

    def part(self, action: str) -> cedarpy.Schema:
        """This one action, all groups, and the types that it can meet: what checks one request, and quick to use."""
        wanted = self.actions[action].statement
        others = {declared.statement for declared in self.actions.values() if declared.applies} - {wanted}
        met = self._met(wanted)
        return cedarpy.Schema.from_str(
            _wrap(
                s
                for s in self.statements
                if s not in others and (not (named := set(_types(s))) or named & met)
            )
        )

    def _met(self, wanted: Statement) -> set[str]:
        """The types that a declaration names, directly or through other types."""
        words = {
            name: set(re.findall(r"\w+", s.text)) & self.types for s in self.statements for name in _types(s)
        }
        waiting, met = list(set(re.findall(r"\w+", wanted.text)) & self.types), set[str]()
        while waiting:
            name = waiting.pop()
            if name not in met:
                met.add(name)
                waiting.extend(words[name])
        return met


def _wrap(statements: Iterable[Statement]) -> str:
    return f"namespace {NAMESPACE} {{\n" + "\n".join(s.text for s in statements) + "\n}"


def _actions(statement: Statement) -> Iterator[Declared]:
    if found := _ACTION.match(statement.text):
        groups = frozenset(_words(found["groups"] or ""))
        for name in _words(found["names"]):
            yield Declared(name, statement, groups, found["applies"] is not None)


def _types(statement: Statement) -> Iterator[str]:
    if found := _TYPES.match(statement.text):
        yield from _words(found["names"])


def _words(text: str) -> list[str]:
    return [word.strip('"') for word in re.findall(_NAME, text)]


def _explain(statements: tuple[Statement, ...], schema: Schema, message: str) -> Reason:
    """Find the statement that Cedar means: its schema errors carry names but no places."""
    message = message.removeprefix("error parsing schema: ").strip()
    for statement in statements:
        try:
            cedarpy.Schema.from_str(_wrap([statement]))
        except ValueError as error:
            if str(error).startswith("error parsing schema"):
                told = str(error).removeprefix("error parsing schema: ").strip()
                fix = "Look for a missing or extra sign just before it."
                return statement.problem(f"Cedar says: {told}.", fix, quoted(told))
    token = quoted(message) or re.findall(r"\w+", message)[-1]
    word = re.compile(rf"(?<!\w){re.escape(token)}(?!\w)")
    meant = [s for s in statements if token and word.search(s.text)]
    known = (schema.types | schema.actions.keys() | {"String", "Long", "Bool", "Set"}) - {token}
    fix = nearest(token, known, "Declare it, or take it out.")
    if "twice" in message:
        fix = "Each name stands once in the house: rename it, or use the one that is there."
    return (meant or list(statements))[-1].problem(f"Cedar says: {message}.", fix, token)
