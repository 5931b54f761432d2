"""Showing a frozen view again: what the viewer may see by the policy of now, and no trace of what is hidden."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from companyos.kernel.decision import Decision, Reason
from companyos.kernel.work import Work

from .reading import is_page
from .sealing import Sealed
from .watching import fingerprint, read_ground


@dataclass(frozen=True, slots=True)
class Shown:
    """A part as its viewer gets it: the data, or None and why. `cut` rows were left out, for `reasons`.

    `envelope` proves the data. It is None when the part is withheld, and when the viewer sees rows by another
    condition than who froze it, whether or not that cut any: so its absence tells of no row.
    """

    read: str
    body: Any
    reasons: tuple[Reason, ...] = ()
    cut: int = 0
    envelope: str | None = None


async def judge(work: Work, part: Sealed) -> Shown | None:
    """Show a part so far as the Work's actor may see it now; None when it must look as if it never was.

    The ground it stood on must hold for them, all of it.
    """
    refused = await _refusals(work, part.ground["grounds"])
    if any(decision.hidden for decision in refused):
        return None
    if refused:
        return Shown(part.read, None, _reasons(refused))
    differ = [action for action in part.ground["conditions"] if not await _same(work, part, action)]
    if not differ:
        return Shown(part.read, part.body, envelope=part.envelope)
    tied = {row["row"] for row in part.ground["rows"] if row["action"] in differ}
    if not is_page(part.body) or tied != set(range(len(part.body["items"]))):
        return _unseen(work, part.read, differ)
    return await _cut(work, part, differ)


async def _cut(work: Work, part: Sealed, differ: list[str]) -> Shown | None:
    gone: dict[int, Decision] = {}
    for row in (row for row in part.ground["rows"] if row["action"] in differ):
        for decision in await _refusals(work, [row]):
            gone[row["row"]] = decision
    if not gone:
        return Shown(part.read, part.body)
    told = [decision for decision in gone.values() if not decision.hidden]
    items = part.body["items"]
    if len(gone) == len(items) and not told:
        return None
    kept = [item for n, item in enumerate(items) if n not in gone]
    # The cursor holds the last row's place, and only rows that may be told of are counted.
    return Shown(part.read, {"items": kept, "next": None}, _reasons(told), len(told))


async def _refusals(work: Work, grounds: list[Mapping[str, Any]]) -> list[Decision]:
    decisions = [await work.decide(*read_ground(ground)) for ground in grounds]
    return [decision for decision in decisions if not decision.allowed]


async def _same(work: Work, part: Sealed, action: str) -> bool:
    """Whether the viewer sees rows by the very condition by which they were read."""
    try:
        return fingerprint(await work.visible(action)) == str(part.ground["conditions"][action])
    except LookupError:
        return False  # the action is no more


def _unseen(work: Work, read: str, actions: list[str]) -> Shown | None:
    """Totals and the like, over rows of which the viewer sees others: they cannot be cut."""
    known = {action.name: action for part in work.house.parts for action in part.actions}
    if any(name not in known or known[name].deny == "hide" for name in actions):
        return None
    titles = ", ".join(known[name].title.lower() for name in actions)
    sentence = f"What you may see is not what was counted here ({titles})."
    return Shown(read, None, (Reason("other_rows", sentence),))


def _reasons(refused: list[Decision]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reason for decision in refused for reason in decision.reasons))
