"""Plans at rest, with every version they ever had, and the schedules that are on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..tables import alarm, plan, plan_version, schedule


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """The latest state of a plan; its text is in its version."""

    name: str
    title: str
    version: int
    approval: bool
    changed_at: datetime
    changed_by: str
    archived_at: datetime | None = None

    @property
    def ref(self) -> EntityRef:
        return EntityRef("maestro.plan", self.name)

    @property
    def resource(self) -> Resource:
        return Resource(self.ref, {"approval": self.approval, "version": self.version})


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a plan; never changed. `hash` is the SHA-256 of the text."""

    name: str
    version: int
    source: str
    hash: str
    at: datetime
    author: str


@dataclass(frozen=True, slots=True)
class KeptSchedule:
    """A schedule that is on: for one version of a plan, as shown by the dry run with this hash."""

    name: str
    environment: str
    version: int
    hash: str
    asked_by: str
    since: datetime
    elevation: Mapping[str, Any]


class Plans:
    """The plans of the Work's tenant."""

    def __init__(self, work: Work):
        self.work = work

    async def get(self, name: str, *, lock: bool = False) -> KeptPlan:
        """A plan that is not archived. Raises NotFound."""
        query = sa.select(plan).where(
            plan.c.tenant_id == self.work.tenant, plan.c.name == name, plan.c.archived_at.is_(None)
        )
        row = (await self.work.db.execute(query.with_for_update() if lock else query)).mappings().first()
        if row is None:
            raise NotFound()
        return KeptPlan(**_values(row))

    async def page(self, *, after: str | None, limit: int) -> list[KeptPlan]:
        """Up to `limit` plans that the actor may see, by name."""
        seen = await self.work.visible("maestro:plan.read")
        query = sa.select(plan).where(
            plan.c.tenant_id == self.work.tenant, plan.c.archived_at.is_(None), seen
        )
        if after is not None:
            query = query.where(plan.c.name > after)
        rows = await self.work.db.execute(query.order_by(plan.c.name).limit(limit))
        return [KeptPlan(**_values(row)) for row in rows.mappings()]

    async def lock_name(self, name: str) -> KeptPlan | None:
        """The plan of that name, archived or not, held against others until the end."""
        held = sa.text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
        await self.work.db.execute(held, {"name": f"maestro.plan/{self.work.tenant}/{name}"})
        query = sa.select(plan).where(plan.c.tenant_id == self.work.tenant, plan.c.name == name)
        row = (await self.work.db.execute(query)).mappings().first()
        return None if row is None else KeptPlan(**_values(row))

    async def put(self, kept: KeptPlan, version: Version) -> None:
        """Keep a new version and make it the latest."""
        row = {c.name: getattr(kept, c.name) for c in plan.c if c.name != "tenant_id"}
        write = insert(plan).values(tenant_id=self.work.tenant, **row)
        await self.work.db.execute(
            write.on_conflict_do_update(index_elements=["tenant_id", "name"], set_=row)
        )
        values = {c.name: getattr(version, c.name) for c in plan_version.c if c.name != "tenant_id"}
        await self.work.db.execute(sa.insert(plan_version).values(tenant_id=self.work.tenant, **values))

    async def archive(self, name: str) -> None:
        """Take a plan out; its versions and runs stay."""
        mine = sa.and_(plan.c.tenant_id == self.work.tenant, plan.c.name == name)
        await self.work.db.execute(sa.update(plan).where(mine).values(archived_at=self.work.now))

    async def version(self, name: str, number: int) -> Version:
        """One version of a plan, also of one that is archived. Raises NotFound."""
        query = sa.select(plan_version).where(
            plan_version.c.tenant_id == self.work.tenant,
            plan_version.c.name == name,
            plan_version.c.version == number,
        )
        row = (await self.work.db.execute(query)).mappings().first()
        if row is None:
            raise NotFound()
        return Version(**_values(row))

    async def versions(self, name: str, *, before: int | None, limit: int) -> list[Version]:
        """Up to `limit` versions of a plan, newest first."""
        query = sa.select(plan_version).where(
            plan_version.c.tenant_id == self.work.tenant, plan_version.c.name == name
        )
        if before is not None:
            query = query.where(plan_version.c.version < before)
        rows = await self.work.db.execute(query.order_by(plan_version.c.version.desc()).limit(limit))
        return [Version(**_values(row)) for row in rows.mappings()]

    async def schedules(self, name: str) -> list[KeptSchedule]:
        """The schedules of a plan that are on, by environment."""
        query = sa.select(schedule).where(schedule.c.tenant_id == self.work.tenant, schedule.c.name == name)
        rows = await self.work.db.execute(query.order_by(schedule.c.environment))
        return [KeptSchedule(**_values(row)) for row in rows.mappings()]

    async def turn_on(self, kept: KeptSchedule, at: datetime) -> None:
        """Keep a schedule and when it is due next."""
        row = {c.name: getattr(kept, c.name) for c in schedule.c if c.name != "tenant_id"}
        keys = ["tenant_id", "name", "environment"]
        write = insert(schedule).values(tenant_id=self.work.tenant, **row)
        await self.work.db.execute(write.on_conflict_do_update(index_elements=keys, set_=row))
        await self.ring(kept.name, kept.environment, at)

    async def ring(self, name: str, environment: str, at: datetime) -> None:
        """Say when a schedule is due next."""
        keys = ["tenant_id", "plan", "environment"]
        write = insert(alarm).values(tenant_id=self.work.tenant, plan=name, environment=environment, at=at)
        await self.work.db.execute(write.on_conflict_do_update(index_elements=keys, set_={"at": at}))

    async def turn_off(self, name: str, environment: str | None = None) -> int:
        """Forget the schedules of a plan, or that of one environment; how many there were."""
        off = sa.delete(schedule).where(schedule.c.tenant_id == self.work.tenant, schedule.c.name == name)
        quiet = sa.delete(alarm).where(alarm.c.tenant_id == self.work.tenant, alarm.c.plan == name)
        if environment is not None:
            off = off.where(schedule.c.environment == environment)
            quiet = quiet.where(alarm.c.environment == environment)
        await self.work.db.execute(quiet)
        return (await self.work.db.execute(off)).rowcount


def _values(row: sa.RowMapping) -> dict[str, Any]:
    return {name: row[name] for name in row if name != "tenant_id"}
