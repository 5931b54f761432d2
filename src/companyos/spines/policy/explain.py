"""What would turn a no into a yes: tried out, not guessed.

Candidates are each role a membership can hold, from the least power to the most, and a fresh second factor.
A change is only named when the decision with it is a yes.
"""

from typing import Any

from companyos.kernel.decision import Change, Reason
from companyos.kernel.work import MFA

from .evaluate import Inputs, evaluate
from .names import uid
from .policy_set import Slice, remedy
from .roles import ROLES, titles

GRANTERS = titles([role.name for role in ROLES if "administrator" in role.groups])


def no_permit(inputs: Inputs, could: list[str], title: str) -> Reason:
    """The words of an implicit deny, which Cedar gives no reason for; `could` are the roles that may."""
    names = [parent["id"] for parent in inputs["principal"]["parents"]]
    who = titles(sorted(names)) if names else "someone without a role"
    doing = title[:1].lower() + title[1:]
    if not could:
        return Reason("no_permit", f"No policy lets {who} {doing}, and no role would.", None, remedy("none"))
    asking = remedy("request_access", f"Ask {GRANTERS} for access.")
    return Reason("no_permit", f"No policy lets {who} {doing}; {titles(could)} may.", None, asking)


def changes(inputs: Inputs, slice_: Slice, *, could: list[str] | None, step_up: bool) -> tuple[Change, ...]:
    """The smallest set of changes that flips the decision; empty when none that can be made would.

    `could` are the roles that may, None when the actor needs no other role.
    """
    context = {**inputs["context"], "acr": MFA, "mfa_age": 0} if step_up else inputs["context"]
    proof = (Change("authentication", "Confirm with a second factor."),) if step_up else ()
    if could is None:
        return proof if _flips({**inputs, "context": context}, slice_) else ()
    for name in could:
        if _flips({**_with_role(inputs, name), "context": context}, slice_):
            others = [other for other in could if other != name]
            either = f" ({titles(others)} would do too)" if others else ""
            return (Change("grant", f"The role {titles([name])}{either}.", GRANTERS), *proof)
    return ()


def roles_that_may(inputs: Inputs, slice_: Slice) -> list[str]:
    """The roles that some permit would let do it, whatever else forbids it now; least power first.

    Only a role that helps under a condition has to be tried.
    """
    return [
        name
        for name, helps in slice_.helped.items()
        if helps or (helps is None and evaluate(_with_role(inputs, name), slice_, slice_.permits).allowed)
    ]


def _flips(inputs: Inputs, slice_: Slice) -> bool:
    return evaluate(inputs, slice_, slice_.policies).allowed


def _with_role(inputs: Inputs, role: str) -> dict[str, Any]:
    principal = inputs["principal"]
    return {**inputs, "principal": {**principal, "parents": [*principal["parents"], uid("Role", role)]}}
