"""The parameters of a plan: as declared, and as given to a run."""

import math
import re
from collections.abc import Mapping
from typing import Any, cast, get_args

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.problems import Invalid
from companyos.kernel.yaml_lines import Spot

from .plan import Parameter, ParameterType
from .reading import Reader, nearest, plain
from .secrets import looks_secret

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_KNOWN = {"type", "title", "default", "one_of", "pattern", "minimum", "maximum"}
_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
MAX_LETTERS = 4000
MAX_PATTERN = 200


def read_parameters(reader: Reader, spot: Spot | None) -> tuple[Parameter, ...]:
    """The parameters that a plan declares."""
    if spot is None:
        return ()
    if not isinstance(spot.value, dict):
        reader.wrong(
            spot.line, "`parameters` is a mapping of names.", "Write `service: {type: string}` below it."
        )
        return ()
    found = []
    for name, one in spot.value.items():
        if not NAME.fullmatch(name):
            reader.wrong(
                one.line,
                f"{name!r} is no name of a parameter.",
                "Use small letters, digits and underscores.",
            )
        elif reader.mapping(one, f"The parameter {name}", _KNOWN):
            found.append(_parameter(reader, name, one))
    return tuple(found)


def _parameter(reader: Reader, name: str, spot: Spot) -> Parameter:
    kind = reader.choice(spot.get("type"), "type", get_args(ParameterType), default="string")
    pattern = reader.text(spot.get("pattern"), "pattern", most=MAX_PATTERN)
    try:
        re.compile(pattern)
    except re.error as error:
        reader.wrong(
            (spot.get("pattern") or spot).line,
            f"`pattern` cannot be read: {error}.",
            "Write a regular expression.",
        )
        pattern = ""
    bound = 1e15
    allowed = plain(spot.get("one_of"))
    made = Parameter(
        name=name,
        type=cast(ParameterType, kind),
        title=reader.text(spot.get("title"), "title"),
        default=plain(spot.get("default")),
        required=spot.get("default") is None,
        one_of=tuple(allowed) if isinstance(allowed, list) else (),
        pattern=pattern,
        minimum=reader.number(spot.get("minimum"), "minimum", least=-bound, most=bound, default=-bound),
        maximum=reader.number(spot.get("maximum"), "maximum", least=-bound, most=bound, default=bound),
    )
    if allowed is not None and not isinstance(allowed, list):
        reader.wrong(spot.line, f"`one_of` of {name} is a list.", "Write one_of: [a, b].")
    for value in (*made.one_of, *([] if made.required else [made.default])):
        if fault := refusal(made, value):
            reader.wrong(
                (spot.get("default") or spot).line, f"{name}: {value!r} {fault}.", "Make the two agree."
            )
    if looks_secret(name, made.default):
        line = (spot.get("default") or spot).line
        reader.wrong(
            line,
            f"The default of {name} looks to be a secret.",
            "Keep it as a secret; name it secret:name.",
            "literal_secret",
        )
    return made


def refusal(parameter: Parameter, value: Any) -> str | None:
    """Why a value does not fit a parameter, to be read after the value; None when it does."""
    kinds = _KINDS[parameter.type]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        return f"is no {parameter.type}"
    if parameter.one_of and value not in parameter.one_of:
        return f"is none of {', '.join(map(str, parameter.one_of))}"
    if isinstance(value, str):
        if len(value) > MAX_LETTERS:
            return f"has more than {MAX_LETTERS} letters"
        if "${" in value:
            return "holds ${, which only a plan may write"
        if parameter.pattern and not re.fullmatch(parameter.pattern, value):
            return f"does not match {parameter.pattern}"
        return None
    low = -math.inf if parameter.minimum is None else parameter.minimum
    high = math.inf if parameter.maximum is None else parameter.maximum
    if isinstance(value, int | float) and not isinstance(value, bool) and not low <= value <= high:
        return f"is not from {low:g} to {high:g}"
    return None


def given(declared: tuple[Parameter, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a run: those given, and defaults. Raises Invalid with a pointer for each fault."""
    names = [p.name for p in declared]
    reasons = [
        _fault(name, f"The plan has no parameter {name!r}.", nearest(name, names, "It has none at all."))
        for name in values
        if name not in names
    ]
    whole: dict[str, Any] = {}
    for parameter in declared:
        name = parameter.name
        if name not in values and parameter.required:
            reasons.append(
                _fault(
                    name,
                    f"The parameter {name} is missing.",
                    f"Give {name} ({parameter.title or parameter.type}).",
                )
            )
            continue
        value = values.get(name, parameter.default)
        if name in values and (fault := refusal(parameter, value)):
            reasons.append(
                _fault(name, f"{name}: {str(value)[:80]!r} {fault}.", f"Give {name} as a {parameter.type}.")
            )
        elif looks_secret(name, value):
            fix = "Keep it as a secret and give secret:name."
            reasons.append(_fault(name, f"{name} looks to be a secret.", fix, "literal_secret"))
        whole[name] = value
    if reasons:
        raise Invalid(reasons[0].sentence, reasons=reasons)
    return whole


def _fault(name: str, sentence: str, fix: str, code: str = "invalid") -> Reason:
    return Reason(code, sentence, f"/parameters/{name}", Remedy("fix_input", fix))
