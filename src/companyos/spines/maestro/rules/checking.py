"""What a plan says, held against the step types that there are and against itself."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from companyos.kernel.steps import SecretRef, StepType
from companyos.kernel.yaml_lines import Spot

from . import conditions, values
from .binding import BadInputs, convert, unfinished
from .parameters import refusal
from .plan import BRANCH, Plan, Step
from .reading import Reader, nearest
from .secrets import is_reference, looks_secret

_OF_RUN = ("id", "environment", "reason")


def check(reader: Reader, plan: Plan, types: Mapping[str, StepType], top: Spot) -> None:
    """Note every step type, input, reference, condition and literal that cannot be."""
    gives: dict[str, tuple[str, ...]] = {}
    for step in plan.steps:
        for text in filter(None, (step.guard, step.condition)):
            _condition(reader, text, step.line)
        if step.do == BRANCH:
            gives[step.name] = ("taken",)
            continue
        kind = types.get(step.do)
        if kind is None:
            known = [*types, BRANCH]
            reader.wrong(step.line, f"There is no step type {step.do!r}.", nearest(step.do, known))
            continue
        _inputs(reader, step, kind)
        _references(reader, step, plan, gives)
        gives[step.name] = kind.gives
    for guard in plan.guards:
        _condition(reader, guard, (top.get("guards") or top).line)
    _whole(reader, plan, top)


def _inputs(reader: Reader, step: Step, kind: StepType) -> None:
    fields = {f.encode_name: f for f in msgspec.structs.fields(kind.takes)}
    for name, value in step.inputs.items():
        line = step.lines.get(name, step.line)
        if any(looks_secret(key, one) for key, one in _literals(name, value)):
            fix = "Keep it as a secret and write secret:its-name where a step type takes one."
            reader.wrong(line, f"{name} of {step.name} looks to hold a secret.", fix, "literal_secret")
            continue
        if name not in fields:
            reader.wrong(
                line, f"{step.do} takes no {name!r}.", nearest(name, fields, "It takes nothing at all.")
            )
            continue
        secret = fields[name].type is SecretRef
        if secret and not is_reference(value):
            fix = f"Write {name}: secret:its-name."
            reader.wrong(line, f"{name} is the name of a secret, never its value.", fix, "literal_secret")
        elif not unfinished(value):
            try:
                convert(value, fields[name].type)
            except BadInputs as error:
                reader.wrong(line, f"{name}: {error}.", f"{kind.title} takes it as {_kind(fields[name])}.")
    for name, one in fields.items():
        if one.required and name not in step.inputs:
            reader.wrong(
                step.line, f"{step.do} needs {name!r}.", f"Write `{name}:` below `with:` of {step.name}."
            )


def _literals(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _literals(str(name), one)
    elif isinstance(value, list):
        for one in value:
            yield from _literals(key, one)
    else:
        yield key, value


def _kind(field: msgspec.structs.FieldInfo) -> str:
    return getattr(field.type, "__name__", str(field.type))


def _references(reader: Reader, step: Step, plan: Plan, gives: Mapping[str, tuple[str, ...]]) -> None:
    known = [p.name for p in plan.parameters]
    for name, value in step.inputs.items():
        line = step.lines.get(name, step.line)
        try:
            found = list(values.references(value))
        except values.BadReference as error:
            reader.wrong(
                line, f"{error}.", "Use ${parameters.name}, ${steps.name.output} or ${run.environment}."
            )
            continue
        for root, first, *rest in found:
            if fault := _unknown(root, first, rest, known, gives):
                reader.wrong(line, *fault)


def _unknown(
    root: str, first: str, rest: list[str], parameters: list[str], gives: Mapping[str, tuple[str, ...]]
) -> tuple[str, str] | None:
    """What a reference names that there is not, and a suggestion."""
    if root == "parameters" and first not in parameters:
        return f"The plan has no parameter {first!r}.", nearest(first, parameters, "Declare it first.")
    if root == "run" and first not in _OF_RUN:
        return f"A run has no {first!r}.", nearest(first, _OF_RUN)
    if root == "steps" and first not in gives:
        return f"No step {first!r} comes before this one.", nearest(first, gives, "Move it up.")
    said = rest[0] if rest else ""
    if root == "steps" and said not in gives[first]:
        return f"The step {first} gives no {said!r}.", nearest(said, gives[first], "It gives nothing.")
    return None


def _condition(reader: Reader, text: str, line: int) -> None:
    try:
        conditions.check(text)
    except conditions.BadCondition as error:
        fix = "Write a condition in CEL, such as parameters.minutes <= 30."
        reader.wrong(line, f"The condition {text!r} cannot be read: {error}.", fix)


def _whole(reader: Reader, plan: Plan, top: Spot) -> None:
    if plan.concurrency and plan.concurrency.key:
        try:
            found = list(values.references(plan.concurrency.key))
        except values.BadReference as error:
            reader.wrong(
                (top.get("concurrency") or top).line, f"{error}.", "Use ${parameters.name} in the key."
            )
        else:
            known = [p.name for p in plan.parameters]
            for root, first, *_ in found:
                if root == "steps" or (root == "parameters" and first not in known):
                    line = (top.get("concurrency") or top).line
                    reader.wrong(line, f"The key cannot speak of {root}.{first}.", "Use ${parameters.name}.")
    if plan.schedule is None:
        return
    line = (top.get("schedule") or top).line
    if plan.approval:
        fix = "Take `approval: true` out; turning the schedule on is approved instead."
        reader.wrong(line, "A plan that each run of is approved cannot start by itself.", fix)
    for parameter in plan.parameters:
        if parameter.name not in plan.schedule.parameters:
            if parameter.required:
                fix = f"Write `{parameter.name}:` below `parameters:` of the schedule."
                reader.wrong(line, f"The schedule does not say {parameter.name}.", fix)
        elif fault := refusal(parameter, plan.schedule.parameters[parameter.name]):
            reader.wrong(
                line, f"{parameter.name} of the schedule {fault}.", f"Give it as a {parameter.type}."
            )
