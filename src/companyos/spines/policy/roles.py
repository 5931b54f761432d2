"""Roles and the groups that hold them.

A membership names roles; policies name a role or a group. Both are Cedar entities of type `Role`, a group
being the parent of its roles.
"""

from dataclasses import dataclass
from typing import Any

from .names import uid


@dataclass(frozen=True, slots=True)
class Role:
    """One role a membership can hold, or a group of them."""

    name: str
    title: str
    groups: tuple[str, ...] = ()

    @property
    def entity(self) -> dict[str, Any]:
        return {"uid": uid("Role", self.name), "attrs": {}, "parents": [uid("Role", g) for g in self.groups]}


GROUPS = (
    Role("reader", "Reader"),
    Role("auditor", "Auditor"),
    Role("administrator", "Administrator"),
    Role("operator", "Operator"),
)

ROLES = (
    Role("support", "Support", ("reader",)),
    Role("finance_ops", "Finance ops", ("reader",)),
    Role("security_analyst", "Security analyst", ("reader", "auditor")),
    Role("tenant_admin", "Tenant admin", ("reader", "auditor", "administrator")),
    Role("sre", "SRE", ("reader", "auditor", "operator")),
    Role("platform_engineer", "Platform engineer", ("reader", "auditor", "administrator", "operator")),
)
"""From the least power to the most: the smallest grant that would help is the first that does."""

TITLES = {role.name: role.title for role in ROLES}


def titles(names: "list[str]") -> str:
    """Role names as people say them: "SRE or Platform engineer"."""
    told = [TITLES.get(name, name) for name in names]
    return told[0] if len(told) == 1 else ", ".join(told[:-1]) + " or " + told[-1]
