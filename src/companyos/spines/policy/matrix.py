"""The permission matrix: which role may do what, read off the policies themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .policy_set import Policy, PolicySet
from .roles import ROLES, Role
from .scope import holds

Answer = Literal["yes", "if", "no"]

_HEAD = """# Permission matrix

Which role may do what inside its own tenant, by action. **yes**; **if**: when the condition in the last column
holds; **–**: never. With **2FA** after it, a fresh second factor is needed too. Nothing crosses tenants.
Whoever was granted an elevation for one act may do that act besides.
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """What the policies say about one role and one action, before anything is known of the resource.

    "yes" may still be forbidden by a policy in `unless`; "if" needs one of the permits in `when`.
    """

    answer: Answer
    when: tuple[Policy, ...] = ()
    unless: tuple[Policy, ...] = ()


def cell(policies: PolicySet, role: Role, action: str) -> Cell:
    """What a person with one role may do, as far as the policies about an action say by themselves."""
    about = [(p, holds(p.est, role)) for p in policies.about(action)]
    permits = [(p, told) for p, told in about if p.effect == "permit" and not p.id.startswith("core.")]
    forbids = [(p, told) for p, told in about if p.effect == "forbid" and not p.id.startswith("core.")]
    unless = tuple(p for p, told in forbids if told is None)
    if any(told for _, told in forbids):
        return Cell("no")
    if any(told for _, told in permits):
        return Cell("yes", unless=unless)
    when = tuple(p for p, told in permits if told is None)
    return Cell("if", when, unless) if when else Cell("no")


def matrix(policies: PolicySet) -> str:
    """The whole matrix as Markdown, one table for each spine and domain."""
    text = _HEAD
    for part in policies.parts:
        if not part.actions:
            continue
        text += f"\n## {part.title}\n\n"
        text += _row(["Action", *(role.title for role in reversed(ROLES)), "Conditions"])
        text += "|" + "---|" * (len(ROLES) + 2) + "\n"
        for action in sorted(part.actions, key=lambda a: a.name):
            cells = [cell(policies, role, action.name) for role in reversed(ROLES)]
            words = [_word(c, risky=action.risk == "high") for c in cells]
            text += _row([f"{action.title}<br>`{action.name}`", *words, _conditions(cells)])
    return text


def _word(found: Cell, *, risky: bool) -> str:
    if found.answer == "no":
        return "–"
    return f"{found.answer} 2FA" if risky else found.answer


def _conditions(cells: Iterable[Cell]) -> str:
    """The reasons of every policy that makes a difference, each once."""
    told = {p.id: f"{p.reason} (`{p.id}`)" for c in cells for p in c.when}
    told |= {p.id: f"Not if: {p.reason} (`{p.id}`)" for c in cells for p in c.unless}
    return "<br>".join(told.values()) or "none"


def _row(values: list[str]) -> str:
    return "| " + " | ".join(value.replace("|", "\\|") for value in values) + " |\n"
