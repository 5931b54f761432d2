"""The steps of a plan, with branches flattened."""

import re
from collections.abc import Iterator, Mapping

from companyos.kernel.yaml_lines import Spot

from .plan import BRANCH, Arm, Retry, Step
from .reading import Reader, plain

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_STEP = {"name", "do", "with", "timeout", "retries", "guard", "undo"}
_BRANCH = {"name", "do", "if", "then", "else", "guard"}
_RETRIES = {"attempts", "wait", "factor", "longest"}
MOST_STEPS = 200
DEEPEST = 5


def read_steps(reader: Reader, spot: Spot | None) -> tuple[Step, ...]:
    """Every step in the order of the text."""
    if spot is None:
        return ()
    found = tuple(_steps(reader, spot, None, 0))
    if len(found) > MOST_STEPS:
        reader.wrong(spot.line, f"A plan has at most {MOST_STEPS} steps.", "Make several plans of it.")
    seen: dict[str, int] = {}
    for step in found:
        first = seen.setdefault(step.name, step.line)
        if first != step.line:
            reader.wrong(
                step.line, f"The name {step.name!r} is taken.", f"Rename one; the first is on line {first}."
            )
    return found


def _steps(reader: Reader, spot: Spot, arm: Arm | None, depth: int) -> Iterator[Step]:
    if not isinstance(spot.value, list) or depth > DEEPEST:
        fix = f"Write `- name: …` and `do: …` below it; branches nest {DEEPEST} deep at most."
        reader.wrong(spot.line, "Here stands a list of steps.", fix)
        return
    for one in spot.value:
        what = plain(one.get("do"))
        if not reader.mapping(one, "A step", _BRANCH if what == BRANCH else _STEP):
            continue
        name = reader.text(one.get("name"), "name", most=63)
        if not NAME.fullmatch(name):
            reader.wrong(
                one.line,
                f"`name` names the step; {name!r} is no name.",
                "Use small letters, digits, underscores.",
            )
        if not isinstance(what, str):
            reader.wrong(
                one.line,
                f"The step {name} does not say what to do.",
                "Write `do:` and the name of a step type.",
            )
            continue
        if what == BRANCH:
            yield from _branch(reader, one, name, arm, depth)
        else:
            yield _step(reader, one, name, what, arm)


def _branch(reader: Reader, spot: Spot, name: str, arm: Arm | None, depth: int) -> Iterator[Step]:
    condition = reader.text(spot.get("if"), "if", most=1000)
    if not condition:
        reader.wrong(
            spot.line,
            f"The branch {name} has no condition.",
            "Write if: \"parameters.severity == 'sev1'\".",
        )
    if spot.get("then") is None:
        reader.wrong(spot.line, f"The branch {name} leads nowhere.", "Write `then:` and steps below it.")
    guard = reader.text(spot.get("guard"), "guard", most=1000)
    yield Step(name, BRANCH, condition=condition, guard=guard, arm=arm, line=spot.line, undo=False)
    for side, taken in (("then", True), ("else", False)):
        if (below := spot.get(side)) is not None:
            yield from _steps(reader, below, Arm(name, taken), depth + 1)


def _step(reader: Reader, spot: Spot, name: str, do: str, arm: Arm | None) -> Step:
    inputs = spot.get("with")
    values: Mapping[str, Spot] = inputs.value if inputs and isinstance(inputs.value, dict) else {}
    if inputs is not None and not isinstance(inputs.value, dict):
        reader.wrong(inputs.line, f"`with` of {name} is a mapping.", "Write `input: value` below it.")
    return Step(
        name=name,
        do=do,
        inputs={key: plain(one) for key, one in values.items()},
        timeout=reader.seconds(spot.get("timeout"), "timeout", default=None),
        retry=_retry(reader, spot.get("retries")),
        guard=reader.text(spot.get("guard"), "guard", most=1000),
        undo=reader.flag(spot.get("undo"), "undo", default=True),
        arm=arm,
        line=spot.line,
        lines={key: one.line for key, one in values.items()},
    )


def _retry(reader: Reader, spot: Spot | None) -> Retry:
    if spot is None or not reader.mapping(spot, "`retries`", _RETRIES):
        return Retry()
    return Retry(
        attempts=int(
            reader.number(spot.get("attempts"), "attempts", least=1, most=100, default=1, whole=True)
        ),
        wait=reader.seconds(spot.get("wait"), "wait", default=1.0),
        factor=reader.number(spot.get("factor"), "factor", least=1, most=10, default=2.0),
        longest=reader.seconds(spot.get("longest"), "longest", default=300.0),
    )
