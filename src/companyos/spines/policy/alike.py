"""Questions of one batch that must have the same answer, so that it is worked out once.

A screen asks about many things of one kind. Two questions of one actor, action and moment are alike when their
resources differ only in their names and in attributes that no policy about the action names. For policies see of a
resource its attributes, its parents and its name; and a name means nothing by itself unless something else in the
question has it too: a policy, the actor, or the resource itself in one of its references. Then it is part of the
likeness.
Cedar also checks every resource against the schema: of what no policy names, the types are part of it.
"""

from dataclasses import replace
from typing import Any

import msgspec

from companyos.kernel.decision import Decision

from .answer import answer
from .evaluate import Inputs
from .policy_set import PolicySet


class Answers:
    """The answers of one batch: one actor, one moment, one policy set, many resources."""

    def __init__(self, policies: PolicySet, principal: Inputs):
        self._policies = policies
        self._principal = msgspec.json.encode(principal)
        self._known: dict[bytes, Decision] = {}

    def answer(self, inputs: Inputs, policies: PolicySet) -> Decision:
        """What `answer` of this one question says. Errors are not shared: each is logged with its resource."""
        key = self._likeness(inputs)
        known = self._known.get(key) if key is not None else None
        if known is not None:
            return replace(known, resource=inputs["resource"], inputs=inputs)
        decision = answer(inputs, policies)
        if key is not None and decision.reasons[0].code != "policy_error":
            self._known[key] = decision
        return decision

    def _likeness(self, inputs: Inputs) -> bytes | None:
        """Equal for questions that are alike; None for one that is like no other."""
        action, on = inputs["action"], inputs["on"]
        if action not in self._policies.actions:
            return None
        looks = self._policies.slice(action).looks
        try:
            own = msgspec.json.encode([on["attrs"], on["parents"]])
            # Only the name of an entity is written so: inside a text the quotes would be escaped.
            named = b'"id":' + msgspec.json.encode(on["uid"]["id"])
            meant = named in own or named in self._principal or named in looks.named
            like = [
                action,
                inputs["context"]["granted"],
                on["uid"] if meant else on["uid"]["type"],
                {n: _value(v) if n in looks.attrs else [_kind(v)] for n, v in on["attrs"].items()},
                on["parents"] if looks.parents else [parent["type"] for parent in on["parents"]],
            ]
            return msgspec.json.encode(like, order="sorted")
        except ValueError:  # a text that cannot be written
            return None


def _value(value: Any) -> Any:
    """A set of texts has no order."""
    return sorted(set(value)) if isinstance(value, list) and all(isinstance(v, str) for v in value) else value


def _kind(value: Any) -> Any:
    """What the schema sees of an attribute. A number stands for itself, because Long has bounds."""
    if isinstance(value, str):
        return "String"
    if isinstance(value, list):
        return sorted({str(_kind(one)) for one in value})
    return value["__entity"]["type"] if isinstance(value, dict) else value
