"""Repairs: try one on the real letters, propose it, and replay it. What a replay does is in `replaying`."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from uuid import UUID

import msgspec

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.entities import EntityRef
from companyos.kernel.ids import new_id
from companyos.kernel.preflight import Input, Preview, plan_hash
from companyos.kernel.problems import Conflict, Invalid, NotFound
from companyos.kernel.work import Work

from ..public.events import RepairDiscarded, RepairOrdered, RepairProposed
from ..rules.letters import Letter, Selection
from ..rules.mending import Operation, faults
from ..rules.repair import Repair, Trial, plan_of
from ..settings import AnalyticsSettings
from ..store.repairs import READ, Repairs
from . import letters
from .trials import trial

EVIDENCE = ("record.json", "decision.json", "plan.json", "repair.json", "letters.json")
SAMPLES = 8


async def try_repair(work: Work, selection: Selection, operations: Sequence[Operation]) -> Trial:
    """What operations would recover of the letters that wait, and what would still fail. Writes nothing."""
    await work.permit(letters.READ, on=work.tenancy)
    await work.permit("analytics:repair.propose", on=work.tenancy)
    _check(work, operations)
    return await trial(work, selection, operations, samples=SAMPLES)


async def propose(
    work: Work, title: str, selection: Selection, operations: Sequence[Operation]
) -> tuple[Repair, Trial]:
    """Keep a repair, to be replayed by whoever may. Raises Conflict when it recovers nothing."""
    await work.permit(letters.READ, on=work.tenancy)
    decision = await work.permit("analytics:repair.propose", on=work.tenancy)
    _check(work, operations)
    most = work.settings(AnalyticsSettings).open_repairs
    if await Repairs(work).count_proposed() >= most:
        raise Conflict(f"{most} repairs wait to be replayed, which is the limit; discard one.")
    selection = replace(selection, until=min(selection.until, work.now))
    found = await trial(work, selection, operations, samples=SAMPLES)
    if not found.recovered:
        raise Conflict(f"This would recover none of {found.letters} letters.")
    made = Repair(
        id=new_id(),
        environment=work.environment,
        title=title,
        selection=selection,
        operations=tuple(operations),
        state="proposed",
        letters=found.letters,
        recovers=len(found.recovered),
        proposed_by=work.actor.ref,
        proposed_at=work.now,
    )
    await Repairs(work).add(made)
    await work.record(
        "analytics.repair.proposed",
        made.ref,
        decision=decision,
        title=title,
        letters=made.letters,
        recovers=made.recovers,
    )
    work.emit(RepairProposed(repair=made.id, title=title, letters=made.letters, recovers=made.recovers))
    return made, found


async def list_repairs(work: Work, after: tuple[object, UUID] | None, limit: int) -> list[Repair]:
    """Newest first; one more than `limit` when there are more."""
    await work.permit("analytics:repair.list", on=work.tenancy)
    return await Repairs(work).page(after, limit)  # type: ignore[arg-type]


async def get_repair(work: Work, id: UUID) -> tuple[Repair, Trial | None]:
    """One repair; while it waits, with what it would do now, if the actor may see letters. Raises NotFound."""
    found = await Repairs(work).get(id)
    await work.permit(READ, on=found)
    if found.state != "proposed" or not (await work.decide(letters.READ, on=work.tenancy)).allowed:
        return found, None
    return found, await trial(work, found.selection, found.operations, samples=SAMPLES)


async def discard(work: Work, id: UUID) -> None:
    """Forget a repair that was not replayed. Raises Conflict for one that was."""
    found = await Repairs(work).get(id, lock=True)
    await work.permit(READ, on=found)
    decision = await work.permit("analytics:repair.discard", on=found)
    if found.state != "proposed":
        raise Conflict("This repair was replayed; what it did stays told.")
    await Repairs(work).remove(found)
    await work.record("analytics.repair.discarded", found.ref, decision=decision, title=found.title)
    work.emit(RepairDiscarded(repair=found.id, title=found.title))


async def preview(work: Work, ref: EntityRef, _: Input) -> Preview:
    """What a replay would do now. Raises Conflict when there is nothing to replay."""
    try:
        found = await Repairs(work).get(UUID(ref.id))
    except ValueError:
        raise NotFound() from None
    await work.permit(READ, on=found)
    await work.permit(letters.READ, on=work.tenancy)
    seen = await _look(work, found)
    new = len(seen.recovered) - len(seen.repeated)
    effects = [
        f"{new} of {seen.letters} letters are mended and taken in again as events, under their own ids.",
        f"All {len(seen.recovered)} are marked as repaired; no other repair takes them again.",
    ]
    if seen.repeated:
        effects.insert(1, f"{len(seen.repeated)} hold events that are there already: they are kept once.")
    if left := seen.letters - len(seen.recovered):
        effects.append(f"{left} would still be refused, and stay as they are.")
    if seen.more:
        effects.append("There are more letters of this selection; another repair takes them.")
    return Preview(
        action="analytics:repair.replay",
        on=found.ref,
        title=f"Replay “{found.title}”",
        effects=tuple(effects),
        plan=plan_of(found, seen, digest_of(seen.recovered)),
        undo=None,
        evidence=EVIDENCE,
    )


async def replay(work: Work, id: UUID, *, reason: str, confirmed: str) -> tuple[Repair, UUID]:
    """Order what the preview showed; a reaction does it. Raises Conflict when the letters are others by now."""
    found = await Repairs(work).get(id, lock=True)
    await work.permit(READ, on=found)
    await work.permit(letters.READ, on=work.tenancy)
    seen = await _look(work, found)
    plan = plan_of(found, seen, digest_of(seen.recovered))
    hashed = plan_hash(plan)
    decision = await work.permit("analytics:repair.replay", on=found, plan=hashed)
    if hashed != confirmed or await Repairs(work).take(found, seen.recovered) != len(seen.recovered):
        sentence = f"The letters have changed since you saw them: {len(seen.recovered)} would be replayed."
        fix = Remedy("fix_input", "Look at the preflight again and confirm the plan that it shows now.")
        raise Conflict(sentence, reasons=[Reason("plan_changed", sentence, "/plan_hash", fix)])
    record = await work.record(
        "analytics.repair.ordered", found.ref, decision=decision, reason=reason, plan_hash=hashed
    )
    evidence = await work.evidence(
        record,
        title=f"“{found.title}” was replayed",
        attachments={
            "plan.json": dict(plan),
            "repair.json": told(found),
            "letters.json": {"letters": [one.letter for one in seen.recovered]},
        },
    )
    ordered = await Repairs(work).put(found, state="ordered", ordered_at=work.now, evidence=evidence)
    work.emit(RepairOrdered(repair=found.id, title=found.title, letters=len(seen.recovered)))
    return ordered, evidence


def digest_of(found: Sequence[Letter]) -> str:
    """SHA-256, in hexadecimal, of the ids of letters, whatever their order."""
    return hashlib.sha256("\n".join(sorted(one.letter for one in found)).encode()).hexdigest()


async def _look(work: Work, found: Repair) -> Trial:
    if found.state != "proposed":
        raise Conflict("This repair was replayed already.")
    seen = await trial(work, found.selection, found.operations)
    if not seen.recovered:
        raise Conflict("No letter of this repair waits any more that it would recover.")
    return seen


def _check(work: Work, operations: Sequence[Operation]) -> None:
    most = work.settings(AnalyticsSettings).repair_operations
    if len(operations) > most:
        raise Invalid.at(
            "/operations", f"{len(operations)} operations; at most {most}.", "Write two repairs."
        )
    wrong = [one.reason for one in faults(operations)]
    if wrong:
        raise Invalid("These operations cannot be carried out.", reasons=wrong)


def told(repair: Repair) -> dict[str, object]:
    """A repair as evidence keeps it."""
    return {
        "title": repair.title,
        "selection": msgspec.to_builtins(asdict(repair.selection)),
        "operations": msgspec.to_builtins(repair.operations),
    }
