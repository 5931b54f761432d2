"""Preflight: what a risky act would do now, told before it is done, and bound by a hash to what is done."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import rfc8785

from .entities import EntityRef
from .problems import Invalid
from .rows import check_seen

if TYPE_CHECKING:
    from .work import Work

Input = Mapping[str, Any]
"""What the act is told besides what it is done to, as plain JSON; never a secret."""

MakePreview = Callable[["Work", EntityRef, Input], Awaitable["Preview"]]
"""Looks, asks policy whether the actor may see that much, and changes nothing.

Two people who look at the same time get the same plan. Raises NotFound or Denied for what may not be seen, Conflict
when the act cannot be done now, Invalid (pointers start with `/input`) for an input that cannot be.
"""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an act would do now.

    `title` says it in words ("Roll back checkout 1.4.2 in prod"), `effects` are sentences, `affected` is what
    trouble could reach, nearest first; `more_affected` says that the list is cut. `plan` is plain JSON and holds
    everything that the hash covers. `undo` is how it is taken back, None when it cannot be. `evidence` names the
    files of the pack that the act leaves.
    """

    action: str
    on: EntityRef
    title: str
    effects: tuple[str, ...]
    plan: Mapping[str, Any]
    affected: tuple[EntityRef, ...] = ()
    more_affected: bool = False
    undo: str | None = None
    evidence: tuple[str, ...] = ()

    @property
    def hash(self) -> str:
        """SHA-256, in hex, of the plan as canonical JSON (RFC 8785). An elevation for the act is bound to it."""
        return plan_hash(self.plan)


def plan_hash(plan: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of a plan as canonical JSON (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(dict(plan))).hexdigest()


def has_preview(work: "Work", action: str) -> bool:
    """Whether an action is one that is shown before it is done."""
    return any(action in part.previews for part in work.house.parts)


async def preview(work: "Work", action: str, on: EntityRef, input: Input) -> Preview:
    """What an action would do now, for the Work's actor.

    Raises what the maker raises, Invalid without a maker, and NotFound of what the actor may not see.
    """
    for part in work.house.parts:
        if make := part.previews.get(action):
            await check_seen(work, on.type, on.id)
            return await make(work, on, input)
    known = sorted(name for part in work.house.parts for name in part.previews)
    raise Invalid.at("/action", f"{action!r} has no preview.", f"These have one: {', '.join(known)}.")
