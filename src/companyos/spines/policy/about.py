"""What a question is about: an entity by its name, of a type that the action applies to."""

from collections.abc import Mapping

from companyos.kernel.domain import LoadEntity
from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.problems import Invalid, NotFound
from companyos.kernel.rows import seen
from companyos.kernel.work import Work

from .names import type_of
from .policy_set import PolicySet

TENANT = "identity.tenant"


def loaders(work: Work) -> Mapping[str, LoadEntity]:
    """The entity types that can be asked about, and how one is loaded."""
    return {type_: load for part in work.house.parts for type_, load in part.entities.items()}


def loader(work: Work, ref: EntityRef, where: str) -> LoadEntity:
    """How an entity of this type is loaded. Raises Invalid at `where` for a type that nobody loads."""
    known = loaders(work)
    if ref.type not in known:
        fix = f"Use one of {', '.join(sorted(known))}, or leave type and id out for the tenant."
        raise Invalid.at(f"{where}/type", f"No entity of type {ref.type!r} can be asked about.", fix)
    return known[ref.type]


async def load(work: Work, ref: EntityRef, where: str) -> Resource:
    """The entity. Raises NotFound alike for what is absent and what is hidden."""
    (found,) = (await load_all(work, {ref: where})).values()
    if found is None:
        raise NotFound()
    return found


async def load_all(work: Work, asked: Mapping[EntityRef, str]) -> Mapping[EntityRef, Resource | None]:
    """The entities, None for what is absent or hidden. `asked` says where each is named, for Invalid."""
    load_each = {ref: loader(work, ref, where) for ref, where in asked.items()}
    there = await seen(work, load_each)
    found: dict[EntityRef, Resource | None] = dict.fromkeys(asked)
    for ref in asked:
        if ref in there:
            try:
                found[ref] = (await load_each[ref](work, ref)).resource
            except NotFound:
                continue  # no longer there, or of a type without rows
    return found


def check_type(work: Work, policies: PolicySet, action: str, ref: EntityRef | None, where: str) -> None:
    """Raise Invalid at `where` when the action is never about such an entity. An unknown action is about any."""
    applies = policies.schema.applies.get(action)
    type_ = ref.type if ref else TENANT
    if applies is None or type_of(type_) in applies:
        return
    fitting = sorted(name for name in loaders(work) if type_of(name) in applies)
    if fitting == [TENANT]:
        told, fix = "the whole tenant", "Leave type and id out."
    elif fitting:
        told, fix = f"one {' or '.join(fitting)}", f"Give the type {' or '.join(fitting)}, and the id of one."
    else:
        told, fix = f"{' or '.join(applies)}, which no question can name", "Ask about another action."
    given = f"not about {type_}" if ref else "and none is named"
    raise Invalid.at(f"{where}/type", f"{action} is about {told}, {given}.", fix)
