"""What can be done with plans: read, put as a new version, archive, look what one would do."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.entities import EntityRef
from companyos.kernel.http import check_version
from companyos.kernel.preflight import Preview
from companyos.kernel.problems import Conflict, Invalid
from companyos.kernel.rows import check_seen
from companyos.kernel.work import Work

from ..public.events import PlanChanged
from ..rules.document import PlanRefused, read_plan
from ..rules.plan import Plan
from ..settings import MaestroSettings
from ..store import Plans
from ..store.plans import KeptPlan, KeptSchedule, Version
from .dry_run import DryRun, dry_run
from .kinds import step_types


async def list_plans(work: Work, *, after: str | None, limit: int) -> list[KeptPlan]:
    """Plans by name."""
    await work.permit("maestro:plan.list", on=work.tenancy)
    return await Plans(work).page(after=after, limit=limit)


async def get_plan(work: Work, name: str) -> tuple[KeptPlan, Version, list[KeptSchedule]]:
    """One plan with its latest text, and the schedules that are on. Raises NotFound."""
    await check_seen(work, "maestro.plan", name)
    kept = await Plans(work).get(name)
    await work.permit("maestro:plan.read", on=kept)
    return kept, await Plans(work).version(name, kept.version), await Plans(work).schedules(name)


async def versions(work: Work, name: str, *, before: int | None, limit: int) -> Sequence[Version]:
    """Every text that a plan ever had, newest first."""
    await check_seen(work, "maestro.plan", name)
    kept = await Plans(work).get(name)
    await work.permit("maestro:plan.read", on=kept)
    return await Plans(work).versions(name, before=before, limit=limit)


async def check(work: Work, source: str, *, file: str) -> Plan:
    """Read a plan without keeping it. Raises PlanRefused with file, line and a suggestion for each fault."""
    await work.permit("maestro:plan.list", on=work.tenancy)
    return read_plan(source, step_types(work.house), file=file)


async def put_plan(work: Work, name: str, source: str, *, if_match: str | None, file: str) -> KeptPlan:
    """Keep a plan's next version. The same text again changes nothing; a new one turns its schedules off."""
    decision = await work.permit("maestro:plan.put", on=work.tenancy)
    plan = read_plan(source, step_types(work.house), file=file)
    if plan.name != name:
        fix = Remedy("fix_input", f"Write `plan: {name}`, or put it under {plan.name}.")
        raise PlanRefused(
            [Reason("plan_invalid", f"The text is of the plan {plan.name!r}.", f"{file}:1", fix)]
        )
    store = Plans(work)
    was = await store.lock_name(name)
    check_version(if_match, was.version if was and not was.archived_at else 0)
    hash_ = hashlib.sha256(source.encode()).hexdigest()
    if was and not was.archived_at and (await store.version(name, was.version)).hash == hash_:
        return was
    if was is None and len(await store.page(after=None, limit=_most(work) + 1)) >= _most(work):
        raise Conflict(f"A tenant keeps {_most(work)} plans at most; archive one first.")
    number = (was.version if was else 0) + 1
    kept = KeptPlan(name, plan.title, number, plan.approval, work.now, work.actor.ref)
    off = await store.turn_off(name)
    await store.put(kept, Version(name, number, source, hash_, work.now, work.actor.ref))
    await work.record(
        "maestro.plan.put", kept.ref, decision=decision, version=number, source=hash_, schedules_off=off
    )
    work.emit(PlanChanged(plan=name, title=plan.title, plan_version=number))
    return kept


async def archive_plan(work: Work, name: str, *, if_match: str | None) -> None:
    """Take a plan out; its versions and runs stay, its schedules are turned off."""
    kept = await Plans(work).get(name, lock=True)
    decision = await work.permit("maestro:plan.archive", on=kept)
    check_version(if_match, kept.version)
    await Plans(work).turn_off(name)
    await Plans(work).archive(name)
    await work.record("maestro.plan.archived", kept.ref, decision=decision, version=kept.version)
    work.emit(PlanChanged(plan=name, title=kept.title, plan_version=kept.version, archived=True))


async def look(work: Work, name: str, values: Mapping[str, Any], *, number: int | None = None) -> DryRun:
    """The dry run of a plan's latest version, or of another one, for the Work's actor."""
    await check_seen(work, "maestro.plan", name)
    kept = await Plans(work).get(name)
    await work.permit("maestro:plan.dry_run", on=kept)
    return await dry_run(work, kept, await Plans(work).version(name, number or kept.version), values)


async def preview_start(work: Work, ref: EntityRef, input: Mapping[str, Any]) -> Preview:
    """What starting a run would do; input is `{"parameters": {…}}`."""
    return (await look(work, ref.id, parameters_of(input))).preview("maestro:run.start")


def parameters_of(input: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters in what an act is told. Raises Invalid."""
    found = input.get("parameters", {})
    if not isinstance(found, Mapping) or set(input) - {"parameters", "reason"}:
        raise Invalid.at("/input", "A run is told `parameters`, a mapping.", 'Write {"parameters": {…}}.')
    return found


def _most(work: Work) -> int:
    return work.settings(MaestroSettings).tenant_plans
