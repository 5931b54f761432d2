"""What the scopes of policies alone say about roles, before anything is known of a resource."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from .names import NAMESPACE
from .roles import ROLES, Role

Answer = Literal["yes", "if", "no"]
Est = Mapping[str, Any]
"""A policy in Cedar's JSON form (https://docs.cedarpolicy.com/policies/json-format.html)."""

_NAMES_A_ROLE = f'"{NAMESPACE}::Role"'


def can_be(est: Est, role: Role) -> bool:
    """Whether a person with this role can be in the principal scope of a policy."""
    scope = est["principal"]
    if scope.get("entity_type", f"{NAMESPACE}::Person") != f"{NAMESPACE}::Person":
        return False
    inside = scope.get("in", scope) if scope["op"] == "is" else scope
    entity = inside.get("entity")
    if entity is None:
        return True
    uid = entity.get("__entity", entity)
    kind = uid["type"].removeprefix(f"{NAMESPACE}::")
    return kind == "Person" or (kind == "Role" and uid["id"] in (role.name, *role.groups))


def always(est: Est) -> bool:
    """Whether a policy holds for everybody in its scope, whatever the resource and context are."""
    return not est["conditions"] and est["resource"]["op"] in ("All", "is") and est["principal"]["op"] != "=="


def helped_by(permits: Iterable[Est]) -> dict[str, Answer]:
    """For each role, whether holding it satisfies some permit: surely, perhaps, or not at all."""
    naming = [est for est in permits if _NAMES_A_ROLE in json.dumps(est)]
    return {role.name: _helps(role, naming) for role in ROLES}


def _helps(role: Role, permits: list[Est]) -> Answer:
    open_to = [est for est in permits if can_be(est, role)]
    if any(always(est) for est in open_to):
        return "yes"
    return "if" if open_to else "no"
