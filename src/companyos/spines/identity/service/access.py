"""What roles and environments may be given in a tenant."""

from collections.abc import Sequence

from companyos.kernel.problems import Invalid
from companyos.kernel.work import Work

from ..rules import unlike
from ..store import tenants


async def check_access(
    work: Work, roles: Sequence[str] | None, environments: Sequence[str] | None, *, need_roles: bool = True
) -> None:
    """Raise Invalid for a role that policy does not know, or an environment that the tenant does not have."""
    known = work.house.gate.roles
    for i, role in unlike(roles or (), known):
        raise Invalid.at(f"/roles/{i}", f"There is no role {role!r}.", f"Use one of {', '.join(known)}.")
    if need_roles and roles is not None and not roles:
        raise Invalid.at("/roles", "A member has at least one role.", f"Use one of {', '.join(known)}.")
    if environments is None:
        return
    existing = await tenants.environments_of(work.db, work.tenant)
    for i, name in unlike(environments, existing):
        where = f"Use one of {', '.join(existing)}."
        raise Invalid.at(f"/environments/{i}", f"This tenant has no environment {name!r}.", where)
    if not environments:
        raise Invalid.at("/environments", "At least one environment is needed.", f"{existing[0]} is one.")
