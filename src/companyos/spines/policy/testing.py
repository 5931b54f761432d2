"""For tests of policies: what the schema lets exist, and inputs of decisions made of it."""

from collections.abc import Mapping
from typing import Any

from . import shapes
from .evaluate import Inputs
from .names import NAMESPACE, uid
from .policy_set import PolicySet
from .shapes import Attribute


def attributes(policies: PolicySet) -> Mapping[str, Mapping[str, Attribute]]:
    """The attributes of every entity type."""
    return {name: shape.attributes for name, shape in policies.schema.shapes.items()}


def resource_types(policies: PolicySet) -> Mapping[str, tuple[str, ...]]:
    """The entity types that each action can be about."""
    return shapes.resource_types(policies.schema.cedar)


def inputs(
    action: str,
    *,
    principal: tuple[str, str],
    roles: tuple[str, ...],
    home: str,
    on: tuple[str, str],
    attrs: Mapping[str, Any],
    mfa_age: int | None,
) -> Inputs:
    """The inputs of a decision. `principal` and `on` are (Cedar type, id), `home` the principal's tenant."""
    tenant = {"__entity": uid("Tenant", home)}
    parents = [uid("Role", role) for role in roles] if principal[0] != "System" else []
    context = {"now": 1_700_000_000, "environment": "prod", "acr": "", "step_up_max_age": 300}
    context |= {"scopes": [], "granted": False}
    return {
        "actor": ":".join(principal),
        "action": action,
        "resource": ":".join(on),
        "version": "",
        "principal": {"uid": uid(*principal), "attrs": {"tenant": tenant}, "parents": parents},
        "on": {"uid": uid(*on), "attrs": dict(attrs), "parents": []},
        "context": context if mfa_age is None else {**context, "mfa_age": mfa_age},
    }


def entity_value(kind: str, id_: str) -> dict[str, Any]:
    """A reference to an entity as an attribute holds it."""
    return {"__entity": {"type": f"{NAMESPACE}::{kind}", "id": id_}}
