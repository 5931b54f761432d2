"""One evaluation by Cedar of the inputs of a decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cedarpy
import msgspec

from .policy_set import Slice, action_uid

Inputs = Mapping[str, Any]
"""What a decision is made from, as plain JSON, so that it can be kept and made again:

`actor` and `resource` as the house writes them, `action`, `principal` and `on` as Cedar entities
(uid, attrs, parents), `context`, and the `version` of the policy set that answered.
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Cedar said. With an error in it, it is never allowed: Cedar skips a policy that errs, forbids too."""

    allowed: bool
    policies: tuple[str, ...]
    errors: tuple[str, ...] = ()


def evaluate(inputs: Inputs, slice_: Slice, policies: cedarpy.PolicySet) -> Verdict:
    """Ask Cedar, with the schema checking request and entities."""
    principal, on = inputs["principal"], inputs["on"]
    request = {
        "principal": principal["uid"],
        "action": action_uid(inputs["action"]),
        "resource": on["uid"],
        "context": _text(inputs["context"]),
    }
    try:
        if principal["uid"] == on["uid"]:
            both = _text([_one(principal, on)])
            world = slice_.standing.with_added_json_str(both, slice_.schema)
        else:
            world = slice_.world(_text(principal), _text(on))
        result = cedarpy.is_authorized(request, policies, world, slice_.schema)
    except ValueError as error:
        return Verdict(False, (), (str(error),))
    errors = tuple(result.diagnostics.errors)
    if result.decision is cedarpy.Decision.NoDecision and not errors:
        errors = ("no decision",)
    return Verdict(result.allowed and not errors, tuple(sorted(result.diagnostics.reasons)), errors)


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _one(principal: Mapping[str, Any], on: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody who acts on themselves is one entity, with what is known of both.

    Raises ValueError when the two do not agree: the actor's own tenant must not give way to what is said of the
    resource, nor the other way round.
    """
    for name in principal["attrs"].keys() & on["attrs"].keys():
        if principal["attrs"][name] != on["attrs"][name]:
            raise ValueError(f"the actor and the resource are one entity with two values of {name}")
    return {
        "uid": principal["uid"],
        "attrs": {**principal["attrs"], **on["attrs"]},
        "parents": [*principal["parents"], *on["parents"]],
    }
