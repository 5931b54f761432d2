"""Forget a person: ask for it, look what it would do, let somebody else carry it out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.entities import EntityRef
from companyos.kernel.http import Slice
from companyos.kernel.ids import new_id
from companyos.kernel.ports.live import WAKE
from companyos.kernel.preflight import Input, Preview, plan_hash
from companyos.kernel.problems import Conflict, Invalid, NotFound
from companyos.kernel.work import Work

from ..erased import WORK
from ..places import Place, places_of
from ..pseudonyms import PseudonymKeys
from ..public.events import ErasureBegun, ErasureRequested
from ..rules.erasure import Trace, fingerprint, plan_of
from ..rules.pii import WORDS, pii_in
from ..store.erasures import Erasure, Erasures

READ, CARRY_OUT = "data:erasure.read", "data:erasure.carry_out"
EVIDENCE = ("record.json", "decision.json", "plan.json", "certificate.json")


async def page(work: Work, slice_: Slice) -> Sequence[Erasure]:
    """Erasures of the tenant, newest first; one more than the page."""
    await work.permit("data:erasure.list", on=work.tenancy)
    after = slice_.start(datetime.fromisoformat, UUID)
    seen = await work.visible(READ)
    return await Erasures(work).page(seen, after=after and (after[0], after[1]), limit=slice_.limit + 1)


async def one(work: Work, id: UUID) -> tuple[Erasure, list[Trace]]:
    """An erasure, and what each place said. Raises NotFound."""
    found = await Erasures(work).get(id)
    await work.permit(READ, on=found)
    return found, await Erasures(work).traces(id)


async def lineage(work: Work) -> list[Place]:
    """Every place that holds anything about people."""
    await work.permit("data:erasure.list", on=work.tenancy)
    return list(places_of(work.house))


async def request(work: Work, user_id: str, *, reference: str) -> Erasure:
    """Ask that a person be forgotten, by the id that the product has for them; nothing is erased yet.

    The id becomes the tenant's pseudonym and is not kept. Raises Conflict when that is asked for already.
    """
    decision = await work.permit("data:erasure.request", on=work.tenancy)
    if kind := pii_in(reference):
        sentence = f"The reference holds {WORDS[kind]}, and it is kept when the person is forgotten."
        raise Invalid.at("/reference", sentence, "Write the number of the ticket.", "unlabelled_pii")
    key = (await work.house.adapter(PseudonymKeys).of(work.tenant)).of(user_id)
    if standing := await Erasures(work).standing(key):
        sentence = "Somebody asked for this already."
        raise Conflict(sentence, reasons=[Reason("asked_already", sentence, str(standing.ref))])
    kept = await Erasures(work).put(
        Erasure(
            id=new_id(),
            key=key,
            subject=fingerprint(work.tenant, key),
            reference=reference,
            state="requested",
            requested_at=work.now,
            requested_by=work.actor.ref,
            requester=UUID(work.actor.id) if work.actor.kind == "person" else None,
        )
    )
    await work.record("data.erasure.requested", kept.ref, decision=decision, fingerprint=kept.subject)
    work.emit(ErasureRequested(erasure=kept.id, subject=kept.subject))
    return kept


async def withdraw(work: Work, id: UUID) -> Erasure:
    """Take a request back; its pseudonym is forgotten. Raises Conflict when it is being carried out."""
    found = await Erasures(work).get(id, lock=True)
    await work.permit(READ, on=found)
    decision = await work.permit("data:erasure.withdraw", on=found)
    _still_requested(found)
    kept = await Erasures(work).put(replace(found, state="withdrawn", key="", ended_at=work.now))
    await work.record("data.erasure.withdrawn", kept.ref, decision=decision)
    return kept


async def preview(work: Work, ref: EntityRef, _: Input) -> Preview:
    """What carrying a request out would do now. Raises NotFound, and Conflict when it cannot be any more."""
    try:
        found = await Erasures(work).get(UUID(ref.id))
    except ValueError:
        raise NotFound() from None
    await work.permit(READ, on=found)
    _still_requested(found)
    subject, told = found.of(work.tenant, work.now), []
    for place in places_of(work.house):
        count = await place.find(work.house, subject)
        told.append(f"{place.title}: {count:,} {place.counted} of the subject now.")
    return Preview(
        action=CARRY_OUT,
        on=found.ref,
        title=f"Erase subject {found.subject[:8]}",
        effects=(
            "Nobody reads anything of this person any more, in any environment, from the next question on.",
            *told,
            "Files are written again without these rows; events from before that come later are refused.",
        ),
        plan=plan_of(found.id, found.subject, [place.name for place in places_of(work.house)]),
        undo=None,
        evidence=EVIDENCE,
    )


async def carry_out(work: Work, id: UUID, *, reason: str, plan_hash_seen: str) -> Erasure:
    """Begin to erase what the preview showed: unreadable with the commit, gone when the job has proved it.

    Raises Conflict when the places have changed since.
    """
    found = await Erasures(work).get(id, lock=True)
    await work.permit(READ, on=found)
    _still_requested(found)
    places = list(places_of(work.house))
    plan = plan_of(found.id, found.subject, [place.name for place in places])
    decision = await work.permit(CARRY_OUT, on=found, plan=plan_hash(plan))
    if plan_hash(plan) != plan_hash_seen:
        sentence = "There are other places to erase from than you saw. Nothing was done."
        remedy = Remedy("fix_input", "Look at the preflight again and confirm the plan that it shows now.")
        raise Conflict(sentence, reasons=[Reason("plan_changed", sentence, "/plan_hash", remedy)])
    record = await work.record(
        "data.erasure.begun", found.ref, decision=decision, reason=reason, plan_hash=plan_hash_seen
    )
    elevation = work.prove_later(record)  # its pack comes with the certificate
    kept = await Erasures(work).put(
        replace(
            found,
            state="erasing",
            begun_at=work.now,
            begun_by=work.actor.ref,
            record=record,
            elevation=elevation.as_json() if elevation else None,
        )
    )
    await Erasures(work).begin(id, [Trace(place.name, place.title, place.counted) for place in places])
    call = sa.text("select pg_notify(:channel, :work)")
    await work.db.execute(call, {"channel": WAKE, "work": WORK})
    work.emit(ErasureBegun(erasure=id, subject=found.subject))
    return kept


def _still_requested(found: Erasure) -> None:
    if found.state != "requested":
        sentence = f"This request is {found.state}."
        raise Conflict(sentence, reasons=[Reason("not_requested", sentence, "data.erasure")])
