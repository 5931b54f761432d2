"""Values in a plan: `${parameters.x}`, `${steps.<name>.<output>}`, `${run.id}` stand for what is known later."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

PLACEHOLDER = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
_NAME = re.compile(r"[a-z][a-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_-]*)+")
ROOTS = ("parameters", "steps", "run")


class BadReference(ValueError):
    """A placeholder that names nothing; the message says what is wrong."""


def references(value: Any) -> Iterator[tuple[str, ...]]:
    """The names in every placeholder of a value, taken apart at their dots. Raises BadReference."""
    if isinstance(value, str):
        for found in PLACEHOLDER.finditer(value):
            if not _NAME.fullmatch(found[1]) or found[1].split(".")[0] not in ROOTS:
                raise BadReference(f"${{{found[1]}}} names nothing that a plan knows")
            yield tuple(found[1].split("."))
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from references(one)


def fill(value: Any, facts: Mapping[str, Any]) -> Any:
    """The value with every placeholder replaced. One that is the whole text keeps the type of what it stands for.

    What is not known yet (the output of a step that has not run) stays as it is written.
    """
    if isinstance(value, str):
        whole = PLACEHOLDER.fullmatch(value)
        if whole:
            return _look_up(whole[1], facts, value)
        return PLACEHOLDER.sub(lambda m: str(_look_up(m[1], facts, m[0])), value)
    if isinstance(value, Mapping):
        return {name: fill(one, facts) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [fill(one, facts) for one in value]
    return value


def _look_up(name: str, facts: Mapping[str, Any], otherwise: Any) -> Any:
    found: Any = facts
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return otherwise
        found = found[part]
    return found
