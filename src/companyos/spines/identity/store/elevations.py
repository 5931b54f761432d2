"""Elevations as they are kept, and which of them hold now.

Times come from the database's clock, one for all processes. `seen_at` is the latest time at which an elevation was
seen to hold (`elevations/upkeep.py` moves it on); one whose `seen_at` lies ahead of the clock has seen the clock go
back, and no longer holds: a clock that is turned back ends elevations, it does not prolong them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.kernel.elevation import Elevation, ElevationKind
from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.problems import NotFound
from companyos.kernel.rows import Rows

from ..tables import elevation

State = Literal["requested", "approved", "denied", "withdrawn", "expired", "used", "revoked", "void"]
Verdict = Literal["", "justified", "unjustified"]

CLOCK_SKEW = timedelta(seconds=5)
"""How far the clock may step back without ending what holds: what time servers do to keep it right."""


ROWS = Rows(
    reads="identity:elevation.read",
    type="identity.elevation",
    tenant=elevation.c.tenant_id,
    id=elevation.c.id,
    attrs={
        "kind": elevation.c.kind,
        "role": elevation.c.role,
        "action": elevation.c.action,
        "break_glass": elevation.c.break_glass,
        "requester": elevation.c.person_id,
    },
)
"""Where policy finds in the rows what it tests."""


@dataclass(frozen=True, slots=True)
class ElevationRequest:
    """Somebody's wish to do more for a time, and what became of it.

    `person` and `decided_by_name` are what they were called then. `preview` is what the approver was shown of an act.
    `minutes` runs from the approval; until then `ends_at` is when the request lapses. `why` says how it ended.
    """

    tenant_id: UUID
    id: UUID
    person_id: UUID | None
    person: str
    kind: ElevationKind
    title: str
    environment: str
    minutes: int
    reason: str
    state: State
    requested_at: datetime
    ends_at: datetime
    seen_at: datetime
    role: str = ""
    action: str = ""
    resource_name: str = ""
    input: dict[str, Any] | None = None
    preview: dict[str, Any] | None = None
    plan: str = ""
    break_glass: bool = False
    decided_by: UUID | None = None
    decided_by_name: str = ""
    decided_at: datetime | None = None
    note: str = ""
    started_at: datetime | None = None
    extended: int = 0
    ended_at: datetime | None = None
    why: str = ""
    reviewed_by: UUID | None = None
    reviewed_by_name: str = ""
    reviewed_at: datetime | None = None
    verdict: Verdict = ""

    @property
    def ref(self) -> EntityRef:
        return EntityRef("identity.elevation", str(self.id))

    @property
    def resource(self) -> Resource:
        """As policy sees it: who asks, for what kind of thing, and whether it was taken without asking."""
        requester = EntityRef("identity.person", str(self.person_id)) if self.person_id else None
        attrs = {"kind": self.kind, "role": self.role, "action": self.action, "break_glass": self.break_glass}
        return Resource(self.ref, {**attrs, "requester": requester})

    @property
    def elevation(self) -> Elevation:
        """The kernel's view of an approved one."""
        return Elevation(
            id=self.id,
            kind=self.kind,
            requester=f"person:{self.person_id}",
            reason=self.reason,
            approvers=(f"person:{self.decided_by}",) if self.decided_by else (),
            requested_at=self.requested_at,
            approved_at=self.started_at or self.requested_at,
            ends_at=self.ends_at,
            role=self.role,
            action=self.action,
            resource=self.resource_name,
            plan=self.plan,
            break_glass=self.break_glass,
            spent=self.state == "used",
        )


def _request(row: Row[Any]) -> ElevationRequest:
    values = dict(row._mapping)
    return ElevationRequest(resource_name=values.pop("resource"), **values)


def holds(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """SQL: approved, not run out, and the clock has not gone back behind what was seen."""
    return and_(
        elevation.c.state == "approved", elevation.c.ends_at > now, elevation.c.seen_at <= now + CLOCK_SKEW
    )


async def add(db: AsyncConnection, new: dict[str, Any]) -> None:
    """Keep a new one; `new` is by column."""
    empty = dict.fromkeys(
        (
            "role",
            "action",
            "resource",
            "plan",
            "decided_by_name",
            "note",
            "why",
            "reviewed_by_name",
            "verdict",
        ),
        "",
    )
    plain = {"input": {}, "break_glass": False, "extended": 0}
    await db.execute(insert(elevation).values({**empty, **plain, **new}))


async def get(db: AsyncConnection, tenant_id: UUID, id: UUID, *, lock: bool = False) -> ElevationRequest:
    """One of the tenant. Raises NotFound."""
    found = select(elevation).filter_by(tenant_id=tenant_id, id=id)
    row = (await db.execute(found.with_for_update() if lock else found)).one_or_none()
    if row is None:
        raise NotFound()
    return _request(row)


async def change(db: AsyncConnection, tenant_id: UUID, id: UUID, **changed: Any) -> ElevationRequest:
    """Set columns, and return it as it is then."""
    changing = update(elevation).filter_by(tenant_id=tenant_id, id=id).values(**changed).returning(elevation)
    return _request((await db.execute(changing)).one())


async def page(
    db: AsyncConnection,
    tenant_id: UUID,
    *,
    seen: ColumnElement[bool] | None = None,
    person: UUID | None = None,
    states: Sequence[str] = (),
    unreviewed: bool = False,
    after: Sequence[Any] | None = None,
    limit: int,
) -> list[ElevationRequest]:
    """Newest first, one more than `limit` when there are more; `seen` says which rows may be."""
    key = (elevation.c.requested_at, elevation.c.id)
    found = select(elevation).filter_by(tenant_id=tenant_id)
    if seen is not None:
        found = found.where(seen)
    if person is not None:
        found = found.filter_by(person_id=person)
    if states:
        found = found.where(elevation.c.state.in_(states))
    if unreviewed:
        found = found.where(elevation.c.break_glass, elevation.c.reviewed_at.is_(None))
    if after:
        found = found.where(tuple_(*key) < tuple(after))
    found = found.order_by(*(column.desc() for column in key)).limit(limit + 1)
    return [_request(row) for row in await db.execute(found)]


async def holding(db: AsyncConnection, tenant_id: UUID, *, approved_by: UUID) -> list[ElevationRequest]:
    """Those that hold because one person said yes."""
    found = select(elevation).filter_by(tenant_id=tenant_id, decided_by=approved_by, break_glass=False)
    return [_request(row) for row in await db.execute(found.where(holds(func.clock_timestamp())))]


async def roles_of(db: AsyncConnection, tenant_id: UUID, person_id: UUID, environment: str) -> frozenset[str]:
    """The roles that elevations add to a person now."""
    mine = select(elevation.c.role).filter_by(
        tenant_id=tenant_id, person_id=person_id, environment=environment, kind="role"
    )
    return frozenset((await db.execute(mine.where(holds(func.clock_timestamp())))).scalars())


async def clock(db: AsyncConnection) -> datetime:
    """What the database's clock says, now and not when the transaction began."""
    return cast(datetime, await db.scalar(select(func.clock_timestamp())))


async def spans_of(
    db: AsyncConnection, person_id: UUID, environment: str, action: str
) -> list[ElevationRequest]:
    """What a person holds of one kind of span in any tenant, one for each; needs the person in the transaction."""
    found = (
        select(elevation)
        .ext(distinct_on(elevation.c.tenant_id))
        .filter_by(person_id=person_id, environment=environment, kind="span", action=action)
        .where(holds(func.clock_timestamp()))
        .order_by(elevation.c.tenant_id, elevation.c.ends_at.desc())
    )
    return [_request(row) for row in await db.execute(found)]


async def run_out(db: AsyncConnection, tenant_id: UUID, now: datetime) -> list[ElevationRequest]:
    """Requests that lapsed and elevations whose time is over; locked."""
    found = select(elevation).filter_by(tenant_id=tenant_id).where(elevation.c.ends_at <= now)
    found = found.where(elevation.c.state.in_(("requested", "approved"))).with_for_update(skip_locked=True)
    return [_request(row) for row in await db.execute(found)]


async def turned_back(db: AsyncConnection, tenant_id: UUID, now: datetime) -> list[ElevationRequest]:
    """What was approved and seen at a time that, by the clock, is yet to come."""
    found = select(elevation).filter_by(tenant_id=tenant_id, state="approved")
    return [_request(row) for row in await db.execute(found.where(elevation.c.seen_at > now + CLOCK_SKEW))]


async def see(db: AsyncConnection, tenant_id: UUID, now: datetime) -> None:
    """Remember that what holds was seen to hold now."""
    seeing = update(elevation).filter_by(tenant_id=tenant_id, state="approved")
    await db.execute(seeing.where(elevation.c.seen_at < now).values(seen_at=now))
