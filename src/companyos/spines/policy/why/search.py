"""The smallest sets of changes that flip a no, found by trying them.

A hitting-set search (R. Reiter, A theory of diagnosis from first principles, 1987, §4): what stands in the way of a set
that does not flip is a forbid that holds, or that no permit does. Every larger set that flips holds a change which that
forbid, or some permit, can see; so only these are added. Breadth first, so that no set is larger than it must be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..evaluate import Inputs, Verdict, evaluate
from ..policy_set import Policy, Slice
from .candidates import Candidate, Place, reads

Way = tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """All smallest sets, the preferred first; `complete` is False when the budget ended the search."""

    ways: tuple[Way, ...]
    complete: bool


def smallest(
    inputs: Inputs, slice_: Slice, policies: Mapping[str, Policy], tried: Sequence[Candidate], *, most: int
) -> Found:
    """Search among the candidates `tried`, with at most `most` evaluations."""
    seen_by = {id_: reads(policy) for id_, policy in policies.items()}
    permits = frozenset(p for id_, seen in seen_by.items() if policies[id_].effect == "permit" for p in seen)
    rank = {candidate: n for n, candidate in enumerate(tried)}
    level: list[frozenset[Candidate]] = [frozenset()]
    while level:
        ways: list[Way] = []
        larger: dict[frozenset[Candidate], None] = {}
        for chosen in sorted(level, key=lambda s: sorted(rank[c] for c in s)):
            if most == 0:
                return Found(tuple(ways), False)
            most -= 1
            verdict = evaluate(applied(inputs, chosen), slice_, slice_.policies)
            if verdict.allowed:
                ways.append(tuple(sorted(chosen, key=rank.__getitem__)))
            elif not ways:
                for candidate in _in_the_way(verdict, seen_by, permits, tried, chosen):
                    larger[chosen | {candidate}] = None
        if ways:
            return Found(tuple(ways), True)
        level = list(larger)
    return Found((), True)


def applied(inputs: Inputs, chosen: frozenset[Candidate]) -> Inputs:
    """The inputs with the changes made; a second factor is given last, when all else is as it must be."""
    for candidate in sorted(chosen, key=lambda c: c.kind == "authentication"):
        inputs = candidate.apply(inputs)
    return inputs


def _in_the_way(
    verdict: Verdict,
    seen_by: Mapping[str, frozenset[Place]],
    permits: frozenset[Place],
    tried: Sequence[Candidate],
    chosen: frozenset[Candidate],
) -> list[Candidate]:
    """The candidates that could undo one thing that stands in the way: the one with the fewest."""
    if verdict.errors:
        return []
    slots = {candidate.slot for candidate in chosen}
    free = [candidate for candidate in tried if candidate.slot not in slots]
    walls = [seen_by[id_] for id_ in verdict.policies] or [permits]
    return min(([c for c in free if c.alters & wall] for wall in walls), key=len)
