"""Freeze a view, show it again, list and delete frozen views, forget those that have run out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from fastapi import FastAPI

from companyos.kernel.decision import Reason
from companyos.kernel.house import House
from companyos.kernel.http import Slice
from companyos.kernel.ids import new_id
from companyos.kernel.problems import Conflict, Invalid, NotFound
from companyos.kernel.work import Work
from companyos.spines.evidence import canonical
from companyos.spines.identity.store import tenants

from ...settings import ConsoleSettings
from ...store import FrozenView, FrozenViews
from ...tables import frozen_view
from .reading import LeftOut, Part, read_part
from .replaying import Shown, judge
from .sealing import seal, unseal


@dataclass(frozen=True, slots=True)
class Frozen:
    """A view that was just frozen, and the reads that could not be kept."""

    view: FrozenView
    kept: int
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """A frozen view as its viewer gets it.

    `title` and `path` are None but for who froze it: they may name what is hidden from others. `fault` says what was
    changed in the database since it was signed; then nothing is shown, and `kid`, the signing key, is None.
    """

    view: FrozenView
    name: str
    title: str | None
    path: str | None
    policy_then: str | None
    policy_now: str
    parts: tuple[Shown, ...]
    kid: str | None = None
    fault: str | None = None


async def freeze(work: Work, app: FastAPI, *, path: str, title: str, reads: Sequence[str]) -> Frozen:
    """Keep what these reads of the API show the actor now, signed with the ledger's key.

    Raises Invalid when a read is none, when nothing can be kept, or when it is too much.
    """
    decision = await work.permit("console:frozen_view.create", on=work.tenancy)
    limits = work.settings(ConsoleSettings)
    if len(reads) > limits.frozen_reads:
        sentence = f"{len(reads)} reads; a frozen view keeps at most {limits.frozen_reads}."
        raise Invalid.at("/reads", sentence, "Freeze a screen that shows less.", "too_much")
    store = FrozenViews(work)
    if await store.count(work.actor.ref) >= limits.frozen_per_person:
        raise Conflict(f"You keep {limits.frozen_per_person} frozen views, which is the limit; delete one.")
    parts, left_out = await _read(work, app, list(dict.fromkeys(reads)), limits.frozen_bytes)
    view = FrozenView(
        new_id(),
        work.environment,
        work.actor.ref,
        title,
        work.now,
        work.now + timedelta(days=limits.frozen_days),
    )
    sealed = await seal(work, view, path=path, policy=decision.version, parts=parts)
    await store.add(view, *sealed)
    await work.record("console.frozen_view.created", view.ref, decision=decision, path=path, parts=len(parts))
    return Frozen(view, len(parts), tuple(left_out))


async def replay(work: Work, id: UUID) -> Replay:
    """Show a frozen view by the policy of now. Raises NotFound, also when all of it is hidden from the actor."""
    view = await FrozenViews(work).get(id)
    decision = await work.permit("console:frozen_view.read", on=view)
    try:
        said, parts = await unseal(work, view, *await FrozenViews(work).kept(id))
    except ValueError as error:
        return Replay(view, "", None, None, None, decision.version, (), fault=f"It was changed: {error}.")
    judged = [await judge(work, part) for part in parts]
    shown = tuple(one for one in judged if one is not None)
    if not shown:
        raise NotFound()
    context, mine = said.predicate, view.by == work.actor.ref
    return Replay(
        view,
        context["name"],
        context["title"] if mine else None,
        context["path"] if mine else None,
        context["policy"],
        decision.version,
        shown,
        kid=said.kid,
    )


async def page(work: Work, slice_: Slice) -> list[FrozenView]:
    """One's own frozen views in this environment, newest first; an administrator's are everybody's."""
    await work.permit("console:frozen_view.list", on=work.tenancy)
    every = (await work.decide("console:frozen_view.administer", on=work.tenancy)).allowed
    start = slice_.start(datetime.fromisoformat, UUID)
    return await FrozenViews(work).page(None if every else work.actor.ref, start, slice_.limit)


async def delete(work: Work, id: UUID) -> None:
    """Forget a frozen view before its time. Raises NotFound, also for what somebody else froze."""
    view = await FrozenViews(work).get(id)
    decision = await work.permit("console:frozen_view.delete", on=view)
    await FrozenViews(work).remove(view)
    await work.record("console.frozen_view.deleted", view.ref, decision=decision, by=view.by)


async def forget_old(house: House) -> None:
    """Delete what has run out, tenant by tenant."""
    async with house.begin() as work:
        every = await tenants.all_ids(work.db)
    for tenant in every:
        async with house.begin(tenant=tenant) as work:
            old = sa.delete(frozen_view).where(
                frozen_view.c.tenant_id == tenant, frozen_view.c.until < work.now
            )
            await work.db.execute(old)


async def _read(work: Work, app: FastAPI, reads: list[str], most: int) -> tuple[list[Part], list[LeftOut]]:
    parts: list[Part] = []
    left_out: list[LeftOut] = []
    size = 0
    for n, read in enumerate(reads):
        got = await read_part(work, app, read, f"/reads/{n}")
        if isinstance(got, LeftOut):
            left_out.append(got)
            continue
        size += len(canonical.encode(got.body))
        if size > most:
            sentence = f"The screen holds more than {most:,} bytes, the most that a frozen view keeps."
            raise Invalid.at(
                "/reads", sentence, "Filter the lists, or take a shorter time range.", "too_large"
            )
        parts.append(got)
    if not parts:
        reasons = [
            Reason("not_kept", f"{one.read}: {one.sentence}", f"/reads/{reads.index(one.read)}")
            for one in left_out
        ]
        raise Invalid("Nothing on this screen can be frozen.", reasons=reasons)
    return parts, left_out
