"""HTTP shapes of reports."""

from datetime import date, datetime

from pydantic import Field

from companyos.kernel.http import Page, Wire

Share = Field(description="A share, 0 to 1; null where there is nothing to take it of.", examples=[0.42])


class TakenOut(Wire):
    """How much something was used."""

    people: int = Field(description="Different people.", examples=[37])
    sessions: int = Field(description="Different sessions.", examples=[112])
    events: int = Field(examples=[1840])
    conversions: int = Field(description="Sessions that reached the goal.", examples=[18])
    conversion: float | None = Share


class RoleUseOut(Wire):
    """The part of one role."""

    role: str = Field(description="Empty: events that say no role.", examples=["sre"])
    taken: TakenOut


class FeatureUseOut(Wire):
    """One feature."""

    feature: str = Field(examples=["search"])
    taken: TakenOut
    share: float | None = Field(description="Part of all people who used it.", examples=[0.42])
    before: int = Field(description="People in as many days before.", examples=[31])
    roles: list[RoleUseOut]
    days: list[int] = Field(description="People day by day.", examples=[[12, 14, 9]])


class ReportDayOut(Wire):
    """People and sessions of one day."""

    day: date
    people: int
    sessions: int


class AdoptionOut(Wire):
    """Who uses which feature, most used first; exact counts."""

    as_of: datetime | None = Field(description="When events were counted last; null before the first.")
    since: date
    until: date
    environment: str
    taken: TakenOut
    before: int
    roles: list[RoleUseOut]
    days: list[ReportDayOut]
    features: list[FeatureUseOut]


class TenantUseOut(Wire):
    """One tenant beside others."""

    slug: str = Field(examples=["acme"])
    name: str = Field(examples=["Acme"])
    region: str = Field(examples=["eu-central"])
    own: bool
    taken: TakenOut
    before: int
    days: list[int]


class TenantsUseOut(Wire):
    """The own tenant, and those that granted a span of control."""

    as_of: datetime | None
    items: list[TenantUseOut]


class ActiveDayOut(Wire):
    """People active on a day, and in the 7 and 30 days that end with it."""

    day: date
    day_people: int
    week_people: int
    month_people: int
    stickiness: float | None = Field(description="Day's people as a share of the month's.", examples=[0.31])


class ActiveUseOut(Wire):
    """Active people day by day."""

    as_of: datetime | None
    days: list[ActiveDayOut]


class CohortOut(Wire):
    """People who came first in a week (Monday), and how many of them came so many weeks later."""

    week: date
    people: int
    kept: list[int] = Field(examples=[[20, 14, 11]])


class RetentionOut(Wire):
    """Cohorts, oldest first."""

    as_of: datetime | None
    cohorts: list[CohortOut]


class FunnelStepOut(Wire):
    """One step."""

    step: str = Field(examples=["search:companyos.goal_reached"])
    reached: int = Field(description="People, or sessions where `within_days` is left out.", examples=[64])
    of_first: float | None = Share
    of_previous: float | None = Share
    median_seconds: float | None = Field(description="From the first step to this one.", examples=[95.0])


class FunnelOut(Wire):
    """How many went through the steps in their order."""

    within_days: int | None
    steps: list[FunnelStepOut]


class RibbonPointOut(Wire):
    """Events of an hour and the band in which they were expected."""

    at: datetime
    value: int
    low: float | None
    high: float | None


class SegmentOut(Wire):
    """A part that moved, against the same hour of the weeks before."""

    dimension: str = Field(examples=["feature"])
    name: str = Field(examples=["search"])
    value: int
    expected: float
    share: float = Field(description="Its part of the shift.", examples=[0.8])


class ShiftOut(Wire):
    """An hour that stood out, and why."""

    at: datetime
    value: int
    expected: float
    score: float = Field(description="0 to 1; from 0.5 on it is called an anomaly.", examples=[0.71])
    why: str
    segments: list[SegmentOut]


class RibbonOut(Wire):
    """Events hour by hour."""

    as_of: datetime | None
    points: list[RibbonPointOut]
    shifts: list[ShiftOut]


class VisitOut(Wire):
    """A session. `person` is a pseudonym."""

    session_id: str = Field(examples=["s-81"])
    person: str = Field(examples=["qk3v7c2n5tq4hbmx6d2yo3a7ue"])
    role: str = Field(examples=["sre"])
    plan: str
    device: str
    started_at: datetime
    ended_at: datetime
    events: int
    features: list[str] = Field(examples=[["search", "plans"]])
    converted: bool


VisitsPage = Page[VisitOut]


class VisitEventOut(Wire):
    """One event of a visit. `props` is JSON text."""

    at: datetime
    id: str
    event: str
    feature: str
    role: str
    props: str


class VisitEventsOut(Wire):
    """The events of a visit, in their order."""

    session_id: str = Field(examples=["s-81"])
    items: list[VisitEventOut]


class KpiOut(Wire):
    """A service and what was promised of it."""

    name: str = Field(examples=["payments-api"])
    title: str = Field(examples=["Payments API"])
    health: str
    objective: float = Field(examples=[0.999])
    latency_objective_ms: int | None
    availability: float | None = Field(description="Of 30 days.")
    budget_left: float | None
    rps: float | None
    error_rate: float | None
    p95_ms: float | None


class KpisOut(Wire):
    """Services, worst first."""

    items: list[KpiOut]


class KpiPointOut(Wire):
    """Some time of a service."""

    at: datetime
    requests: int
    available: float | None
    p95_ms: float | None


class ServiceKpisOut(Wire):
    """A service over a time, beside its objectives."""

    name: str = Field(examples=["payments-api"])
    objective: float = Field(examples=[0.999])
    latency_objective_ms: int | None
    step_seconds: int
    requests: int
    available: float | None
    met: bool | None = Field(description="Whether the time as a whole kept the objective.")
    points: list[KpiPointOut]
