"""From what a plan writes under `with:` to the inputs that a step type takes."""

from collections.abc import Mapping
from typing import Any

import msgspec

from companyos.kernel.steps import SecretRef, StepType

from .plan import Step
from .secrets import PREFIX, is_reference
from .values import PLACEHOLDER, fill


class BadInputs(ValueError):
    """Inputs that a step type does not take; the message says which and why."""


def bind(step: Step, kind: StepType, facts: Mapping[str, Any]) -> Any:
    """The inputs of a step as its type takes them. Raises BadInputs."""
    return convert(fill(dict(step.inputs), facts), kind.takes)


def convert(value: Any, to: Any) -> Any:
    """A plain value as a type. Raises BadInputs."""
    try:
        return msgspec.convert(value, to, dec_hook=_read)
    except (msgspec.ValidationError, ValueError, TypeError) as error:
        raise BadInputs(str(error).rstrip(".").replace(" - at `$", " (at `")) from None


def unfinished(value: Any) -> bool:
    """Whether a value holds a placeholder anywhere."""
    if isinstance(value, str):
        return PLACEHOLDER.search(value) is not None
    if isinstance(value, Mapping):
        return any(unfinished(one) for one in value.values())
    return isinstance(value, list) and any(unfinished(one) for one in value)


def _read(kind: type, value: Any) -> Any:
    if kind is SecretRef:
        if not is_reference(value):
            raise ValueError("a secret is named as secret:its-name")
        return SecretRef(str(value).removeprefix(PREFIX))
    raise TypeError(f"{kind.__name__} is no type of an input")
