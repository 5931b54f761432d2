"""Conditions: guards and branches, written in the Common Expression Language (CEL)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import cel

KNOWN = ("parameters", "steps", "run")
"""What a condition can speak of: `parameters.x`, `steps.<name>.<output>`, `run.environment`."""


class BadCondition(ValueError):
    """A condition that cannot be read or answered; the message says why."""


class NotYetKnown(BadCondition):
    """The answer hangs on a step that has not run."""


def check(text: str) -> None:
    """Read a condition. Raises BadCondition when it is no CEL, or speaks of something that there is not."""
    program = _compiled(text)
    unknown = [name for name in program.variables() if name not in KNOWN]
    if unknown:
        raise BadCondition(f"there is no {unknown[0]!r} to speak of; use {', '.join(KNOWN)}")


def holds(text: str, facts: Mapping[str, Any]) -> bool:
    """Whether a condition is true of the facts. Raises NotYetKnown for a fact that is not there, else BadCondition."""
    try:
        answer = _compiled(text).execute(dict(facts))
    except (KeyError, AttributeError) as error:
        raise NotYetKnown(f"{error} is not known") from None
    except (ValueError, TypeError, RuntimeError) as error:
        raise BadCondition(_short(error)) from None
    if not isinstance(answer, bool):
        raise BadCondition(f"it gives {answer!r}, not true or false")
    return answer


@lru_cache(maxsize=1024)
def _compiled(text: str) -> Any:
    try:
        return cel.compile(text)
    except ValueError as error:
        raise BadCondition(_short(error)) from None


def _short(error: Exception) -> str:
    """The first line of what CEL says, without the drawing below it."""
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return said.partition("ERROR: ")[2] or said
