"""Plans and runs over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Path, Query, Response

from companyos.kernel.http import IfMatch, Page, SliceDep, WorkDep, set_etag

from .rules.plan import Plan
from .rules.run import RunState
from .service import control, plans, runs, schedules, settling
from .service.kinds import step_types, understood
from .wire.dry_runs import DryRunOut, ParametersIn, dry_run_out
from .wire.plans import (
    CheckOut,
    PlanDetailOut,
    PlanIn,
    PlanOut,
    ScheduleOut,
    VersionOut,
    parameter_out,
    plan_detail,
    plan_out,
)
from .wire.runs import HashIn, RunDetailOut, RunOut, SettleIn, StartIn, run_detail, run_out
from .wire.steps import StepTypeOut

router = APIRouter(tags=["maestro"])

Name = Annotated[str, Path(max_length=63, pattern=r"^[a-z0-9-]+$", description="The plan's name.")]
OfPlan = Annotated[str, Query(max_length=63, pattern=r"^[a-z0-9-]*$", description="Only of this plan.")]
InState = Annotated[
    RunState | None, Query(description="Only in this state."),
]  # fmt: skip
Live = Annotated[bool, Query(description="Only those that have not ended.")]


@router.get("/step-types")
async def list_step_types(work: WorkDep) -> list[StepTypeOut]:
    """What plans can do here, and what each step takes."""
    await work.permit("maestro:plan.list", on=work.tenancy)
    return [
        StepTypeOut(
            name=kind.name,
            title=kind.title,
            inputs=msgspec.json.schema(
                kind.takes, schema_hook=lambda _: {"type": "string", "pattern": "^secret:"}
            ),
            gives=list(kind.gives),
            missing=list(kind.missing),
        )
        for _, kind in sorted(step_types(work.house).items())
    ]


@router.post("/plans/check")
async def check_plan(work: WorkDep, body: PlanIn) -> CheckOut:
    """Read a plan without keeping it: each fault with file, line and a suggestion."""
    plan = await plans.check(work, body.source, file=body.file)
    return CheckOut(
        name=plan.name,
        title=plan.title,
        parameters=[parameter_out(p) for p in plan.parameters],
        steps=[step.name for step in plan.steps],
    )


@router.get("/plans")
async def list_plans(work: WorkDep, slice: SliceDep) -> Page[PlanOut]:
    """Plans by name."""
    after = slice.start(str)
    found = await plans.list_plans(work, after=after[0] if after else None, limit=slice.limit + 1)
    rows, next_ = slice.page(found, lambda p: (p.name,))
    return Page(items=[plan_out(p) for p in rows], next=next_)


@router.get("/plans/{name}")
async def get_plan(work: WorkDep, name: Name, response: Response) -> PlanDetailOut:
    """One plan with its latest text."""
    kept, version, on = await plans.get_plan(work, name)
    set_etag(response, kept.version)
    read: Plan = understood(work.house, version)
    return plan_detail(kept, version, read, on)


@router.put("/plans/{name}")
async def put_plan(work: WorkDep, name: Name, body: PlanIn, response: Response, if_match: IfMatch) -> PlanOut:
    """Keep the next version of a plan; `If-Match: "0"` only when there is none."""
    kept = await plans.put_plan(work, name, body.source, if_match=if_match, file=body.file)
    set_etag(response, kept.version)
    return plan_out(kept)


@router.delete("/plans/{name}", status_code=204)
async def archive_plan(work: WorkDep, name: Name, if_match: IfMatch) -> None:
    """Take a plan out; its versions and runs stay."""
    await plans.archive_plan(work, name, if_match=if_match)


@router.get("/plans/{name}/versions")
async def list_plan_versions(work: WorkDep, name: Name, slice: SliceDep) -> Page[VersionOut]:
    """Every text that a plan ever had, newest first."""
    after = slice.start(int)
    found = await plans.versions(work, name, before=after[0] if after else None, limit=slice.limit + 1)
    rows, next_ = slice.page(found, lambda v: (v.version,))
    return Page(
        items=[
            VersionOut(version=v.version, source=v.source, hash=v.hash, at=v.at, author=v.author)
            for v in rows
        ],
        next=next_,
    )


@router.post("/plans/{name}/dry-run")
async def dry_run_plan(work: WorkDep, name: Name, body: ParametersIn) -> DryRunOut:
    """What a plan would do now, step by step, and whom trouble could reach; nothing is changed."""
    shown = await plans.look(work, name, body.parameters)
    decision = await work.decide("maestro:run.start", on=shown.kept, plan=shown.hash)
    return dry_run_out(shown, decision)


@router.post("/plans/{name}/schedule", status_code=201)
async def schedule_plan(work: WorkDep, name: Name, body: HashIn) -> ScheduleOut:
    """Let a plan start by itself, as long as it would do exactly what was shown."""
    kept = await schedules.schedule(work, name, plan_hash=body.plan_hash)
    return ScheduleOut.model_validate({n: getattr(kept, n) for n in ScheduleOut.model_fields})


@router.delete("/plans/{name}/schedule", status_code=204)
async def unschedule_plan(work: WorkDep, name: Name) -> None:
    """Let a plan start no more by itself in this environment."""
    await schedules.unschedule(work, name)


@router.post("/plans/{name}/runs", status_code=201)
async def start_run(work: WorkDep, name: Name, body: StartIn) -> RunOut:
    """Do what the dry run showed, and only that."""
    return run_out(
        await runs.start_run(work, name, body.parameters, plan_hash=body.plan_hash, reason=body.reason)
    )


@router.get("/runs")
async def list_runs(
    work: WorkDep, slice: SliceDep, plan: OfPlan = "", state: InState = None, live: Live = False
) -> Page[RunOut]:
    """Runs in the session's environment, newest first."""
    found = await runs.list_runs(
        work,
        plan=plan,
        state=state or ("live" if live else ""),
        after=slice.start(datetime.fromisoformat, UUID),
        limit=slice.limit + 1,
    )
    rows, next_ = slice.page(found, lambda r: (r.queued_at.isoformat(), r.id))
    return Page(items=[run_out(r) for r in rows], next=next_)


@router.get("/runs/{run}")
async def get_run(work: WorkDep, run: UUID, response: Response) -> RunDetailOut:
    """One run with its steps and log."""
    found, steps, log = await runs.get_run(work, run)
    set_etag(response, found.revision)
    return run_detail(found, steps, log)


@router.post("/runs/{run}/pause")
async def pause_run(work: WorkDep, run: UUID) -> RunOut:
    """Hold a run between two steps."""
    return run_out(await control.tell(work, run, "pause"))


@router.post("/runs/{run}/resume")
async def resume_run(work: WorkDep, run: UUID) -> RunOut:
    """Let a paused run go on."""
    return run_out(await control.tell(work, run, "resume"))


@router.post("/runs/{run}/cancel")
async def cancel_run(work: WorkDep, run: UUID) -> RunOut:
    """Stop a run; what was done stays."""
    return run_out(await control.tell(work, run, "cancel"))


@router.post("/runs/{run}/undo")
async def undo_run(work: WorkDep, run: UUID, body: HashIn) -> RunOut:
    """Take back what a run did, the last step first."""
    return run_out(await control.undo(work, run, plan_hash=body.plan_hash, reason=body.reason))


@router.post("/runs/{run}/settle")
async def settle_run(work: WorkDep, run: UUID, body: SettleIn) -> RunOut:
    """Say what is so of a step that nobody else can tell of."""
    return run_out(
        await settling.settle(work, run, body.step, body.finding, body.note, plan_hash=body.plan_hash)
    )
