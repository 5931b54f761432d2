"""Asking for a run, and looking at runs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from companyos.kernel.decision import Decision, Reason, Remedy
from companyos.kernel.ids import new_id
from companyos.kernel.problems import Conflict, Denied, NotFound, TooMany
from companyos.kernel.rows import check_seen
from companyos.kernel.work import Work

from ..public.events import RunMoved
from ..rules.run import LIVE, Entry, Run, RunStep
from ..rules.values import fill
from ..settings import MaestroSettings
from ..store import Plans, Runs, queue
from .dry_run import DryRun, dry_run


async def list_runs(
    work: Work, *, plan: str, state: str, after: tuple[datetime, UUID] | None, limit: int
) -> list[Run]:
    """Runs of the Work's environment, newest first."""
    await work.permit("maestro:run.list", on=work.tenancy)
    return await Runs(work).page(plan=plan, state=state, after=after, limit=limit)


async def get_run(work: Work, id: UUID) -> tuple[Run, tuple[RunStep, ...], list[Entry]]:
    """One run with its steps and log. Raises NotFound."""
    await check_seen(work, "maestro.run", id)
    found = await Runs(work).get(id)
    await work.permit("maestro:run.read", on=found)
    return found, await Runs(work).steps(id), await Runs(work).log(id)


async def start_run(work: Work, name: str, values: Mapping[str, Any], *, plan_hash: str, reason: str) -> Run:
    """Do what the dry run showed, and only that. Raises Conflict when that has changed, or goes on already."""
    await check_seen(work, "maestro.plan", name)
    kept = await Plans(work).get(name)
    await work.permit("maestro:plan.dry_run", on=kept)
    shown = await dry_run(work, kept, await Plans(work).version(name, kept.version), values)
    if shown.hash != plan_hash:
        raise changed()
    decision = await work.permit("maestro:run.start", on=kept, plan=shown.hash)
    if shown.refusals:
        work.refusal = shown.refusals[0]
        raise NotFound() if work.refusal.hidden else Denied(work.refusal)
    await _check_limits(work)
    return await keep_run(work, shown, decision, reason=reason)


async def keep_run(
    work: Work, shown: DryRun, decision: Decision, *, reason: str, asked: tuple[str, str] | None = None
) -> Run:
    """Keep a run and put it into the queue. `asked` names who asked when that is not the Work's actor."""
    id = new_id()
    by, called = asked or (work.actor.ref, work.actor.name)
    facts = {"parameters": shown.parameters, "run": {"environment": work.environment}}
    concurrency = shown.parsed.concurrency
    run = Run(
        id=id,
        environment=work.environment,
        plan=shown.kept.name,
        plan_version=shown.version.version,
        parameters=shown.parameters,
        reason=reason,
        state="queued",
        sentence="Waits for its turn.",
        hash=shown.hash,
        preview=preview_json(shown),
        asked_by=by,
        asked_name=called,
        decision=decision_json(decision),
        concurrency_key=str(fill(concurrency.key, facts)) if concurrency else "",
        scheduled=asked is not None,
        queued_at=work.now,
    )
    steps = [
        RunStep(
            run=id,
            position=i,
            name=one.step.name,
            type=one.step.do,
            state="pending",
            key=f"{id}:{one.step.name}",
        )
        for i, one in enumerate(shown.steps)
    ]
    record = await work.record(
        "maestro.run.queued",
        run.ref,
        decision=decision,
        plan=run.plan,
        version=run.plan_version,
        plan_hash=run.hash,
        reason=reason,
        elevation=str(work.elevation.id) if work.elevation else "",
    )
    if (elevation := work.prove_later(record)) is not None:  # the run's pack, when it ends
        run = replace(run, elevation=elevation.as_json())
    if not await Runs(work).add(run, steps):
        raise goes_on(await Runs(work).live(shown.hash))
    await Runs(work).say(id, f"It was asked for: {reason}" if reason else "It was asked for.")
    await queue.enqueue(work.db, work.tenant, work.environment, id)
    work.emit(RunMoved(run=id, plan=run.plan, title=shown.kept.title, state="queued", sentence=run.sentence))
    return run


ONLY_SHOWN = ("hash", "title", "effects", "titles", "more_affected")
"""Members of a kept dry run that its hash does not cover."""


def preview_json(shown: DryRun) -> dict[str, Any]:
    """The dry run as it is kept: what the hash covers, and what the screen shows of it."""
    effects = [f"{one.when}{one.effect.sentence}" for one in shown.steps]
    return {
        **shown.plan,
        "hash": shown.hash,
        "title": shown.kept.title,
        "effects": effects,
        "titles": [one.title for one in shown.steps],
        "more_affected": shown.more_affected,
    }


def decision_json(decision: Decision) -> dict[str, Any]:
    """A decision as plain JSON, without what it was made from."""
    told: dict[str, Any] = msgspec.to_builtins(replace(decision, inputs={}), str_keys=True)
    return told


def changed() -> Conflict:
    """The refusal of a plan that is not the one that was shown."""
    sentence = "What the plan would do has changed since you saw it; nothing was done."
    remedy = Remedy("fix_input", "Look at the dry run again and confirm what it shows now.")
    return Conflict(sentence, reasons=[Reason("plan_changed", sentence, "/plan_hash", remedy)])


async def _check_limits(work: Work) -> None:
    settings, store = work.settings(MaestroSettings), Runs(work)
    if await store.started_since(work.now - timedelta(minutes=1)) >= settings.tenant_starts_per_minute:
        raise TooMany(
            f"A tenant starts {settings.tenant_starts_per_minute} runs a minute at most.", retry_after=60
        )
    if await store.count(*LIVE) >= settings.tenant_queue:
        raise TooMany(f"{settings.tenant_queue} runs are live already, which is the limit.", retry_after=30)


def goes_on(there: UUID | None) -> Conflict:
    """The refusal of a second run of exactly the same at the same time."""
    sentence = f"Exactly this goes on already, as run {there}."
    fix = Remedy("wait", "Wait until it has ended, or look at it.", f"/runs/{there}")
    return Conflict(sentence, reasons=[Reason("run_exists", sentence, str(there), fix)])
