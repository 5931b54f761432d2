"""From a number of a report to what it is made of: visits, their events, and the way through a funnel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from companyos.kernel.ports.lake import Where
from companyos.kernel.problems import Invalid, NotFound
from companyos.kernel.work import Work

from ..rules.reports.adoption import GOAL, Filter
from ..rules.reports.funnel import Step, sql_of
from ..rules.rollups.counting import CONSENT, PURPOSE
from ..tables import EVENTS
from .analytics import analytics_of
from .reports import READ, Days

LOOK = "analytics:visit.read"
MOST_EVENTS = 2_000
"""Events of one visit that are told."""
_COLUMNS = (
    "at", "id", "event", "user_id", "anonymous_id", "user_role", "plan", "feature", "session_id", "device",
    "consent_scope", "props",
)  # fmt: skip

_VISITS = """
    , mine as (select *, coalesce(nullif(user_id, ''), anonymous_id) as who from rows
               where list_contains(consent_scope, $consent) and session_id <> '')
    , chosen as (select distinct session_id from mine
                 where ($feature = '' or feature = $feature) and ($role = '' or user_role = $role)
                   and ($plan = '' or plan = $plan))
    select session_id, coalesce(any_value(who), '') as person, coalesce(any_value(user_role), '') as role,
           coalesce(any_value(plan), '') as plan, coalesce(any_value(device), '') as device,
           min("at") as started_at, max("at") as ended_at, count(*) as events,
           list_sort(list_distinct(list(feature) filter (feature <> ''))) as features,
           bool_or(event = $goal) as converted
    from mine where session_id in (select session_id from chosen)
    group by session_id
    having ($after_at::timestamptz is null
            or (min("at"), session_id) < ($after_at::timestamptz, $after_id))
       and (not $converted or bool_or(event = $goal))
    order by started_at desc, session_id desc limit $limit
"""
_EVENTS = """
    select "at", id, event, feature, user_role as role, props from rows
    where list_contains(consent_scope, $consent) order by "at", id limit $limit
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """A session: whose it was (a pseudonym), how long, what was used, and whether the goal was reached."""

    session_id: str
    person: str
    role: str
    plan: str
    device: str
    started_at: datetime
    ended_at: datetime
    events: int
    features: tuple[str, ...]
    converted: bool


@dataclass(frozen=True, slots=True)
class StepTaken:
    """How far it came: people or sessions that reached a step, and the median time since the first, in seconds."""

    reached: int
    median_seconds: float | None


async def list_visits(
    work: Work,
    days: Days,
    wanted: Filter,
    *,
    converted: bool,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Visit]:
    """Visits in which something was used, latest first."""
    await work.permit(LOOK, on=work.tenancy)
    parameters = {
        "consent": CONSENT, "goal": GOAL, "feature": wanted.feature, "role": wanted.role, "plan": wanted.plan,
        "converted": converted, "after_at": after[0] if after else None, "after_id": after[1] if after else "",
        "limit": limit,
    }  # fmt: skip
    return [
        Visit(**{**row, "features": tuple(row["features"] or ())})
        for row in await _asked(work, _VISITS, parameters, days)
    ]


async def read_visit(work: Work, session: str, days: Days) -> list[dict[str, Any]]:
    """The events of a visit in their order. Raises NotFound."""
    await work.permit(LOOK, on=work.tenancy)
    parameters = {"consent": CONSENT, "limit": MOST_EVENTS}
    found = await _asked(work, _EVENTS, parameters, days, Where("session_id", "=", session))
    if not session or not found:
        raise NotFound()
    return found


async def read_funnel(
    work: Work, days: Days, steps: Sequence[Step], wanted: Filter, *, within_days: int | None
) -> list[StepTaken]:
    """How many went through the steps in their order, within so many days, or in one session if None."""
    await work.permit(READ, on=work.tenancy)
    if not 2 <= len(steps) <= 8:
        raise Invalid.at("query steps", "A funnel has 2 to 8 steps.", "Name them in order, with commas.")
    sql, parameters = sql_of(steps, within_days)
    parameters |= {"consent": CONSENT, "role": wanted.role, "plan": wanted.plan}
    (row,) = await _asked(work, sql, parameters, days)
    return [StepTaken(row[f"n{n}"], row[f"m{n}"]) for n in range(1, len(steps) + 1)]


async def _asked(
    work: Work, sql: str, parameters: dict[str, Any], days: Days, *more: Where
) -> list[dict[str, Any]]:
    analytics = analytics_of(work.house)
    here = (Where("environment", "=", work.environment), Where("purpose", "=", PURPOSE), *more)
    scan = analytics.scan(EVENTS, work.tenant, days.start, days.end, *here, columns=_COLUMNS)
    found: list[dict[str, Any]] = (await analytics.lake.query(sql, parameters, rows=scan)).to_pylist()
    return found
