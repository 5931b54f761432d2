"""Reports over HTTP: questions only. Everything is of the environment that the token is for."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from companyos.kernel.http import SliceDep, WorkDep, say_once
from companyos.kernel.problems import Invalid

from ..rules.reports.adoption import Filter, Taken
from ..rules.reports.funnel import Step
from ..rules.reports.ribbon import RibbonPoint, Shift
from ..service import kpis, reports, visits
from ..service.reports import Days, day_of
from ..wire import reports as wire

router = APIRouter(prefix="/analytics/reports", tags=["analytics"])

Length = Annotated[int, Query(ge=1, le=180, description="Whole days (UTC), the last one included.")]
Until = Annotated[date | None, Query(description="The last day; today if left out.")]
Plain = r"^[^\x00-\x1f]*$"
Feature = Annotated[str, Query(max_length=200, pattern=Plain, description="Only this feature.")]
Role = Annotated[str, Query(max_length=200, pattern=Plain, description="Only what people did in this role.")]
Plan = Annotated[str, Query(max_length=200, pattern=Plain, description="Only customers of this plan.")]


def _wanted(feature: Feature = "", role: Role = "", plan: Plan = "") -> Filter:
    return Filter(feature, role, plan)


Wanted = Annotated[Filter, Depends(_wanted)]


@router.get("/adoption")
async def get_adoption(
    work: WorkDep,
    wanted: Wanted,
    days: Length = 30,
    until: Until = None,
) -> wire.AdoptionOut:
    """Who uses which feature: people, sessions and conversions by feature, role and day."""
    of = Days.of(work, days, until)
    found = await reports.read_adoption(work, of, wanted)
    people = found.taken.people
    return wire.AdoptionOut(
        as_of=await reports.as_of(work),
        since=day_of(of.first),
        until=day_of(of.last),
        environment=work.environment,
        taken=wire.TakenOut.model_validate(found.taken),
        before=found.before,
        roles=_roles(found.roles),
        days=[wire.ReportDayOut(day=day_of(day), people=n, sessions=s) for day, n, s in found.days],
        features=[
            wire.FeatureUseOut(
                feature=one.feature,
                taken=wire.TakenOut.model_validate(one.taken),
                share=one.taken.people / people if people else None,
                before=one.before,
                roles=_roles(one.roles),
                days=list(one.days),
            )
            for one in found.features
        ],
    )


@router.get("/tenants")
async def get_adoption_by_tenant(
    work: WorkDep, days: Length = 30, until: Until = None, feature: Feature = "", role: Role = ""
) -> wire.TenantsUseOut:
    """The own tenant beside those that granted a span of control; sums only, and of no other tenant."""
    found = await reports.read_tenants(work, Days.of(work, days, until), Filter(feature, role))
    items = [wire.TenantUseOut.model_validate(one) for one in found]
    return wire.TenantsUseOut(as_of=await reports.as_of(work), items=items)


@router.get("/activity")
async def get_active_use(
    work: WorkDep,
    wanted: Wanted,
    days: Length = 30,
    until: Until = None,
) -> wire.ActiveUseOut:
    """People active on each day, and in the 7 and 30 days that end with it."""
    found = await reports.read_activity(work, Days.of(work, days, until), wanted)
    return wire.ActiveUseOut(
        as_of=await reports.as_of(work),
        days=[
            wire.ActiveDayOut(
                day=day_of(one.day),
                day_people=one.day_people,
                week_people=one.week_people,
                month_people=one.month_people,
                stickiness=one.stickiness,
            )
            for one in found
        ],
    )


@router.get("/retention")
async def get_retention(
    work: WorkDep,
    wanted: Wanted,
    weeks: Annotated[int, Query(ge=1, le=26, description="Cohorts, one for each week.")] = 8,
    until: Until = None,
) -> wire.RetentionOut:
    """How many people came back, by the week in which they came first."""
    found = await reports.read_retention(work, weeks, until, wanted)
    cohorts = [wire.CohortOut(week=day_of(c.week), people=c.people, kept=list(c.kept)) for c in found]
    return wire.RetentionOut(as_of=await reports.as_of(work), cohorts=cohorts)


@router.get("/funnel")
async def get_funnel(
    work: WorkDep,
    steps: Annotated[
        str,
        Query(
            max_length=2000,
            pattern=Plain,
            description="Steps in order, with commas: `feature`, `feature:event` or `:event`; two at least.",
            examples=["search,search:companyos.goal_reached"],
        ),
    ],
    days: Length = 30,
    until: Until = None,
    within_days: Annotated[
        int | None, Query(ge=1, le=90, description="People, within so many days; sessions if left out.")
    ] = None,
    role: Role = "",
    plan: Plan = "",
) -> wire.FunnelOut:
    """How many went through steps in their order, and how long it took them."""
    way = [_step(text) for text in steps.split(",")]
    of, wanted = Days.of(work, days, until), Filter("", role, plan)
    found = await visits.read_funnel(work, of, way, wanted, within_days=within_days)
    first = found[0].reached
    return wire.FunnelOut(
        within_days=within_days,
        steps=[
            wire.FunnelStepOut(
                step=str(one),
                reached=taken.reached,
                of_first=taken.reached / first if first else None,
                of_previous=taken.reached / before.reached if before.reached else None,
                median_seconds=taken.median_seconds,
            )
            for one, taken, before in zip(way, found, [found[0], *found], strict=False)
        ],
    )


@router.get("/ribbon")
async def get_ribbon(
    work: WorkDep,
    wanted: Wanted,
    days: Length = 14,
    until: Until = None,
) -> wire.RibbonOut:
    """Events hour by hour with their expected band; what stood out, and which segment moved."""
    points, shifts = await reports.read_ribbon(work, Days.of(work, days, until), wanted)
    return wire.RibbonOut(
        as_of=await reports.as_of(work),
        points=[_point(p) for p in points],
        shifts=[_shift(s) for s in shifts],
    )


@router.get("/visits")
async def list_visits(
    work: WorkDep,
    wanted: Wanted,
    response: Response,
    slice: SliceDep,
    days: Length = 30,
    until: Until = None,
    converted: Annotated[bool, Query(description="Only visits that reached the goal.")] = False,
) -> wire.VisitsPage:
    """The sessions that a number of a report is made of, latest first."""
    say_once(response)  # no copy of it is frozen: erasure would not find it
    after = slice.start(_moment, str)
    found = await visits.list_visits(
        work,
        Days.of(work, days, until),
        wanted,
        converted=converted,
        after=after if after is None else (after[0], after[1]),
        limit=slice.limit + 1,
    )
    rows, next_ = slice.page(found, lambda one: (one.started_at.isoformat(), one.session_id))
    return wire.VisitsPage(items=[wire.VisitOut.model_validate(one) for one in rows], next=next_)


@router.get("/visits/{session}")
async def get_visit(
    work: WorkDep, response: Response, session: str, days: Length = 30, until: Until = None
) -> wire.VisitEventsOut:
    """The events of a visit in their order."""
    say_once(response)  # no copy of it is frozen: erasure would not find it
    found = await visits.read_visit(work, session, Days.of(work, days, until))
    items = [wire.VisitEventOut.model_validate(row) for row in found]
    return wire.VisitEventsOut(session_id=session, items=items)


@router.get("/services")
async def list_service_kpis(work: WorkDep) -> wire.KpisOut:
    """Services beside what was promised of them, worst first."""
    items = []
    for one in await kpis.list_standings(work):
        signals, service = one.signals, one.service
        items.append(
            wire.KpiOut(
                name=service.name,
                title=service.title,
                health=one.health,
                objective=service.objective,
                latency_objective_ms=service.latency_objective_ms,
                availability=signals.availability,
                budget_left=one.budget_left,
                rps=signals.rps,
                error_rate=signals.error_rate,
                p95_ms=signals.p95_ms,
            )
        )
    return wire.KpisOut(items=items)


@router.get("/services/{name}")
async def get_service_kpis(
    work: WorkDep, name: str, days: Length = 7, until: Until = None
) -> wire.ServiceKpisOut:
    """One service over whole days, beside its objectives."""
    found = await kpis.read_kpis(work, name, Days.of(work, days, until))
    return wire.ServiceKpisOut(
        name=found.service.name,
        objective=found.service.objective,
        latency_objective_ms=found.service.latency_objective_ms,
        step_seconds=int(found.step.total_seconds()),
        requests=found.requests,
        available=found.available,
        met=found.met,
        points=[wire.KpiPointOut.model_validate(point) for point in found.points],
    )


def _roles(roles: tuple[tuple[str, Taken], ...]) -> list[wire.RoleUseOut]:
    return [wire.RoleUseOut(role=role, taken=wire.TakenOut.model_validate(taken)) for role, taken in roles]


def _point(point: RibbonPoint) -> wire.RibbonPointOut:
    return wire.RibbonPointOut(at=_hour(point.hour), value=point.value, low=point.low, high=point.high)


def _shift(shift: Shift) -> wire.ShiftOut:
    return wire.ShiftOut(
        at=_hour(shift.hour),
        value=shift.value,
        expected=shift.expected,
        score=shift.score,
        why=shift.why,
        segments=[wire.SegmentOut.model_validate(one) for one in shift.segments],
    )


def _hour(number: int) -> datetime:
    return datetime.fromtimestamp(number * 3600, UTC)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _step(text: str) -> Step:
    try:
        return Step.read(text[:400])
    except ValueError as error:
        raise Invalid.at("query steps", f"{text[:60]!r} is no step: {error}.") from None
