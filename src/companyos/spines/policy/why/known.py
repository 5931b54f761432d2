"""What an expression of a policy is worth in one decision, when it does not need Cedar to say so."""

from collections.abc import Mapping
from typing import Any, Final

from ..evaluate import Inputs

UNKNOWN: Final = object()
_SUMS = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}


def known(said: Any, inputs: Inputs) -> Any:
    """Its value as Cedar's JSON writes values, or UNKNOWN."""
    if not isinstance(said, Mapping) or len(said) != 1:
        return UNKNOWN
    ((operator, of),) = said.items()
    if operator == "Value":
        return of
    if operator == "Set":
        members = [known(member, inputs) for member in of]
        return UNKNOWN if UNKNOWN in members else members
    if operator == "Var" and of in ("principal", "resource"):
        return {"__entity": inputs["principal" if of == "principal" else "on"]["uid"]}
    if operator == "." and of["left"] in ({"Var": "context"}, {"Var": "principal"}, {"Var": "resource"}):
        where = of["left"]["Var"]
        held = inputs["context"] if where == "context" else inputs[_ENTITY[where]]["attrs"]
        return held.get(of["attr"], UNKNOWN)
    if operator == "neg":
        value = known(of["arg"], inputs)
        return -value if isinstance(value, int) else UNKNOWN
    if operator in _SUMS:
        sides = known(of["left"], inputs), known(of["right"], inputs)
        return _SUMS[operator](*sides) if all(isinstance(side, int) for side in sides) else UNKNOWN
    return UNKNOWN


_ENTITY = {"principal": "principal", "resource": "on"}
