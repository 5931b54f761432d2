"""The verbs of policy sets before one is applied: look, simulate, propose, withdraw."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

import msgspec

from companyos.kernel.entities import EntityRef, Guarded
from companyos.kernel.http import Slice
from companyos.kernel.ids import new_id
from companyos.kernel.preflight import plan_hash
from companyos.kernel.problems import Conflict, Invalid, NotFound
from companyos.kernel.work import Work

from ..events import PolicySetProposed, PolicySetWithdrawn
from ..gate import PolicyGate
from ..policy_set import PolicySet
from ..settings import PolicySettings
from ..source import PolicyRefused
from . import change
from .lockout import lockout
from .proposal import Proposal, State, Version
from .samples import Sample, inputs_of
from .simulation import Simulation, simulate
from .store import Sets
from .text import extended, plain

READ = "policy:policy.read"


@dataclass(frozen=True, slots=True)
class Current:
    """What the tenant has added to the policies of the house, and the set that decides with them."""

    number: int
    content: str
    own_hash: str
    policies: PolicySet


@dataclass(frozen=True, slots=True)
class Shown:
    """What a text of a tenant's own policies changes: policy by policy, and line by line as `diff -u` does."""

    changes: tuple[change.PolicyChange, ...]
    diff: str


async def current(work: Work) -> Current:
    """The version that decides now."""
    await work.permit(READ, on=work.tenancy)
    return await in_force(work)


async def versions(work: Work, slice_: Slice) -> Sequence[Version]:
    """Applied versions, newest first; one more than the page."""
    await work.permit(READ, on=work.tenancy)
    return await Sets(work).versions(slice_)


async def version(work: Work, number: int) -> tuple[Version, Shown]:
    """One version and what it changed. Raises NotFound."""
    await work.permit(READ, on=work.tenancy)
    found = await Sets(work).version(number)
    return found, await shown(work, found.content, number - 1, f"version {number}")


async def proposals(work: Work, state: State | None, slice_: Slice) -> Sequence[Proposal]:
    """Proposals, newest first; one more than the page."""
    await work.permit(READ, on=work.tenancy)
    return await Sets(work).proposals(state, slice_)


async def proposal(work: Work, id_: UUID) -> tuple[Proposal, Shown]:
    """One proposal and what it would change. Raises NotFound."""
    await work.permit(READ, on=work.tenancy)
    found = await Sets(work).proposal(id_)
    return found, await shown(work, found.content, found.after, "proposed")


async def load_proposal(work: Work, ref: EntityRef) -> Guarded:
    """For decisions about one. Raises NotFound."""
    try:
        id_ = UUID(ref.id)
    except ValueError:
        raise NotFound() from None
    return await Sets(work).proposal(id_)


async def simulation(
    work: Work, content: str, *, samples: Sequence[Sample] = (), last: int | None = None
) -> Simulation:
    """A text against what decides now, on samples and on the `last` recorded decisions. Raises Invalid."""
    await work.permit("policy:set.simulate", on=work.tenancy)
    settings = work.settings(PolicySettings)
    wanted = settings.simulated_decisions if last is None else last
    if wanted > settings.max_simulated_decisions:
        fix = f"Ask for at most {settings.max_simulated_decisions}."
        raise Invalid.at("/last", f"{wanted} decisions in one simulation.", fix)
    return await _simulated(work, (await in_force(work)).policies, read(work, content), samples, wanted)


async def content_of(work: Work, content: str | None, proposed: UUID | None, number: int | None) -> str:
    """The text that is given, or that of a proposal or a version. Raises NotFound."""
    if content is not None:
        return content
    await work.permit(READ, on=work.tenancy)
    sets = Sets(work)
    return (await sets.proposal(proposed)).content if proposed else await sets.content(number or 0)


async def propose(work: Work, content: str, *, why: str, restores: int | None = None) -> Proposal:
    """Put a text forward. Raises Invalid with every line that is wrong; then nothing is kept."""
    decision = await work.permit("policy:set.propose", on=work.tenancy)
    now, proposed = await in_force(work), read(work, content)
    if proposed.own_hash == now.own_hash:
        fix = "Add, replace or remove one."
        raise Invalid.at("/text", "This changes no policy.", fix, "nothing_changes")
    await keep_open(work, proposed)
    last = work.settings(PolicySettings).simulated_decisions
    told = await _simulated(work, now.policies, proposed, (), last)
    changes = (await shown(work, plain(content), now.number, "proposed")).changes
    draft = Proposal(
        id=new_id(),
        content=plain(content),
        own_hash=proposed.own_hash,
        hash="",
        why=why,
        after=now.number,
        restores=restores,
        author=work.actor.ref,
        at=work.now,
        house=house_of(work).version,
        simulation=msgspec.to_builtins(told),
    )
    new = replace(draft, hash=plan_hash(plan_of(draft, changes)))
    await Sets(work).propose(new)
    named = [f"{one.kind} {one.id}" for one in changes]
    await work.record(
        "policy.set.proposed", new.ref, decision=decision, why=why, hash=new.hash, changes=named
    )
    work.emit(PolicySetProposed(proposal=new.id, why=why))
    return new


async def bring_back(work: Work, number: int, *, why: str) -> Proposal:
    """Propose the text of an earlier version; 0 is the state without any. Raises NotFound."""
    await work.permit("policy:set.propose", on=work.tenancy)
    return await propose(work, await Sets(work).content(number), why=why, restores=number)


async def withdraw(work: Work, id_: UUID) -> Proposal:
    """Take a proposal back. Raises NotFound, and Conflict when it is not open."""
    found = await Sets(work).proposal(id_, lock=True)
    decision = await work.permit("policy:set.withdraw", on=found)
    still_open(found)
    await Sets(work).end(id_, "withdrawn", work.now)
    await work.record("policy.set.withdrawn", found.ref, decision=decision)
    work.emit(PolicySetWithdrawn(proposal=id_))
    return replace(found, state="withdrawn", ended_at=work.now)


async def in_force(work: Work) -> Current:
    """The version that decides now, for a verb that has its permit."""
    number, gate = await Sets(work).newest(), cast(PolicyGate, work.house.gate)
    policies = await gate.policies_for(work)
    if not number:
        return Current(0, "", "", policies)
    found = await Sets(work).version(number)
    return Current(number, found.content, found.own_hash, policies)


def house_of(work: Work) -> PolicySet:
    """The policies that ship with CompanyOS."""
    return cast(PolicyGate, work.house.gate).policies


def read(work: Work, content: str) -> PolicySet:
    """The set that a text makes. Raises Invalid with file, line, Cedar's message and a suggestion for each fault."""
    try:
        return extended(house_of(work), plain(content), work.settings(PolicySettings))
    except PolicyRefused as refused:
        first = refused.reasons[0]
        raise Invalid(f"{first.where}: {first.sentence}", reasons=refused.reasons) from None


async def keep_open(work: Work, proposed: PolicySet) -> None:
    """Raises Invalid for a set under which nobody could apply another."""
    if reason := lockout(proposed, await Sets(work).members()):
        raise Invalid(reason.sentence, reasons=[reason])


def still_open(found: Proposal) -> None:
    """Raises Conflict for a proposal that was applied or withdrawn."""
    if found.state != "open":
        what = f"applied as version {found.applied_as}" if found.applied_as else found.state
        raise Conflict(f"The proposal is {what} already.")


def plan_of(found: Proposal, changes: Sequence[change.PolicyChange]) -> dict[str, Any]:
    """All that an approval is bound to: the text, what it stands on, and the recorded decisions it flips."""
    told = found.simulation
    return {
        "proposal": str(found.id),
        "policies": found.content,
        "after": found.after,
        "house": found.house,
        "changes": [{"id": one.id, "kind": one.kind} for one in changes],
        "replayed": told["replayed"],
        "flipped": told["flipped"],
        "flips": [[flip["decision"], flip["proposed"]["allowed"]] for flip in told["flips"]],
    }


async def shown(work: Work, content: str, before: int, name: str) -> Shown:
    """What a text changes against a version."""
    old = await Sets(work).content(before)
    house, limits = house_of(work), work.settings(PolicySettings)
    changes: tuple[change.PolicyChange, ...] = ()
    try:
        changes = change.changes(extended(house, old, limits).own, extended(house, content, limits).own)
    except PolicyRefused:
        # An old text need not fit the schema of today; its lines can be compared all the same.
        changes = ()
    return Shown(changes, change.lines(old, content, f"version {before}", name))


async def _simulated(
    work: Work, effective: PolicySet, proposed: PolicySet, samples: Sequence[Sample], last: int
) -> Simulation:
    asked = await inputs_of(work, samples)
    kept = await work.house.ledger.decisions(work, last=last) if last else ()
    most = work.settings(PolicySettings).max_flips
    return await asyncio.to_thread(simulate, kept, asked, effective, proposed, most=most)
