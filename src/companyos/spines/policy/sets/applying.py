"""Applying a proposal: shown first, approved by somebody else, done once, proved."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.entities import EntityRef
from companyos.kernel.preflight import Input, Preview, plan_hash
from companyos.kernel.problems import Conflict, NotFound
from companyos.kernel.work import Work

from ..events import PolicySetApplied
from .change import PolicyChange
from .proposal import Proposal, Version
from .service import READ, Shown, house_of, keep_open, plan_of, read, shown, still_open
from .store import Sets

APPLY = "policy:set.apply"
EVIDENCE = (
    "record.json",
    "decision.json",
    "elevation.json",
    "plan.json",
    "policies.cedar",
    "change.diff",
    "simulation.json",
)
"""What the evidence pack tells; the first two are in every pack, the third in that of an elevated act."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A version that is in force now, and where it is written."""

    number: int
    record_id: UUID
    evidence_id: UUID


async def preview(work: Work, ref: EntityRef, _: Input) -> Preview:
    """What applying a proposal would do. Raises NotFound, and Conflict when it cannot be applied any more."""
    await work.permit(READ, on=work.tenancy)
    try:
        found = await Sets(work).proposal(UUID(ref.id))
    except ValueError:
        raise NotFound() from None
    told = await _applicable(work, found)
    return Preview(
        action=APPLY,
        on=ref,
        title=f"Apply version {found.after + 1} of the tenant's own policies",
        effects=tuple(_effects(found, told.changes)),
        plan=plan_of(found, told.changes),
        undo=f"Roll back to version {found.after}, which takes an approval as well.",
        evidence=EVIDENCE,
    )


async def apply(work: Work, id_: UUID, *, reason: str, hash: str) -> Applied:
    """Decide with a proposal from now on. Raises NotFound, Denied without an approval, Conflict."""
    sets = Sets(work)
    await sets.alone()
    found = await sets.proposal(id_, lock=True)
    await work.permit(READ, on=work.tenancy)
    told = await _applicable(work, found)
    plan = plan_of(found, told.changes)
    decision = await work.permit(APPLY, on=found, plan=plan_hash(plan))
    if plan_hash(plan) != hash:
        raise _changed()
    await keep_open(work, read(work, found.content))
    number, approved_by = found.after + 1, ", ".join(work.elevation.approvers) if work.elevation else ""

    # Here the record comes before the rows, because a version names its evidence.
    record = await work.record(
        "policy.set.applied",
        found.ref,
        decision=decision,
        number=number,
        reason=reason,
        why=found.why,
        plan_hash=hash,
        own_hash=found.own_hash,
        approved_by=approved_by,
        changes=[f"{one.kind} {one.id}" for one in told.changes],
    )
    evidence = await work.evidence(
        record,
        title=f"Version {number} of the tenant's own policies",
        attachments={
            "plan.json": plan,
            "policies.cedar": found.content,
            "change.diff": told.diff,
            "simulation.json": found.simulation,
        },
    )
    await sets.apply(_version(work, found, number, approved_by, record, evidence))
    await sets.end(id_, "applied", work.now, applied_as=number)
    work.emit(PolicySetApplied(proposal=id_, number=number))
    return Applied(number, record, evidence)


async def _applicable(work: Work, found: Proposal) -> Shown:
    """What it changes, if it still can be applied as it was made. Raises Conflict, or Invalid when it fits no more."""
    still_open(found)
    newest = await Sets(work).newest()
    if newest != found.after:
        raise _outdated(
            f"Version {newest} was applied since this was proposed against version {found.after}."
        )
    if house_of(work).version != found.house:
        raise _outdated("CompanyOS itself has other policies since this was proposed.")
    read(work, found.content)
    return await shown(work, found.content, found.after, f"version {found.after + 1}")


def _effects(found: Proposal, changes: tuple[PolicyChange, ...]) -> list[str]:
    words = {"added": "adds", "replaced": "replaces", "removed": "removes"}
    told: dict[str, Any] = dict(found.simulation)
    effects = [f"It {words[one.kind]} the policy {one.id}." for one in changes]
    effects += [f"{tally['name']}: {_counted(tally)}." for tally in told["by_action"]] or [
        f"None of the last {told['replayed']} recorded decisions would have been another."
    ]
    return [*effects, "Every process decides with it within a second; it binds nobody outside this tenant."]


def _counted(tally: dict[str, Any]) -> str:
    told = []
    if no := tally["to_no"]:
        told.append(f"{no} of the recorded decisions that allowed it would have refused it")
    if yes := tally["to_yes"]:
        told.append(f"{yes} of those that refused it would have allowed it")
    return ", ".join(told)


def _version(
    work: Work, found: Proposal, number: int, approved_by: str, record: UUID, evidence: UUID
) -> Version:
    return Version(
        number=number,
        content=found.content,
        own_hash=found.own_hash,
        why=found.why,
        proposal=found.id,
        restores=found.restores,
        author=found.author,
        applied_by=work.actor.ref,
        approved_by=approved_by,
        at=work.now,
        record=record,
        evidence=evidence,
    )


def _outdated(sentence: str) -> Conflict:
    remedy = Remedy("fix_input", "Propose it again, against what is in force now.")
    return Conflict(sentence, reasons=[Reason("proposal_outdated", sentence, None, remedy)])


def _changed() -> Conflict:
    sentence = "The plan is not the one that you saw. Nothing was applied."
    remedy = Remedy("fix_input", "Look at the preflight again and confirm the plan that it shows now.")
    return Conflict(sentence, reasons=[Reason("plan_changed", sentence, "/plan_hash", remedy)])
