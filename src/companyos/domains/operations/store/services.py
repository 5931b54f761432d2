"""Services at rest."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..public.types import Link, Service
from ..rules.names import NAME
from ..tables import service

_ALIVE = service.c.archived_at.is_(None)


class Services:
    """The services of the Work's tenant."""

    def __init__(self, work: Work):
        self.work = work
        self.mine = service.c.tenant_id == work.tenant

    async def named(self, name: str, *, lock: bool = False, seen: bool = False) -> Service:
        """One service that is not archived. `lock` holds it against others until the end. Raises NotFound.

        With `seen`, one that the actor may not see is not found by the same query as one that is absent.
        """
        if not NAME.fullmatch(name):
            raise NotFound()
        query = sa.select(service).where(self.mine, service.c.name == name, _ALIVE)
        if seen:
            query = query.where(await self._seen())
        row = (await self.work.db.execute(query.with_for_update() if lock else query)).mappings().first()
        if row is None:
            raise NotFound()
        return _service(row)

    async def known(self, names: Sequence[str]) -> set[str]:
        """Which of these names are services that are not archived."""
        query = sa.select(service.c.name).where(self.mine, service.c.name.in_(names), _ALIVE)
        return set((await self.work.db.execute(query)).scalars())

    async def all(self, *, q: str = "", owner: str = "") -> list[Service]:
        """Services by name; `q` is part of the name or title."""
        query = sa.select(service).where(self.mine, _ALIVE, await self._seen()).order_by(service.c.name)
        if q:
            query = query.where(
                sa.or_(
                    service.c.name.icontains(q, autoescape=True),
                    service.c.title.icontains(q, autoescape=True),
                )
            )
        if owner:
            query = query.where(service.c.owner == owner)
        return [_service(row) for row in (await self.work.db.execute(query)).mappings()]

    async def dependents(self, name: str) -> list[Service]:
        """Services that say they depend on this name."""
        query = sa.select(service).where(self.mine, _ALIVE, sa.literal(name) == sa.any_(service.c.depends_on))
        found = await self.work.db.execute(query.where(await self._seen()).order_by(service.c.name))
        return [_service(row) for row in found.mappings()]

    async def owners(self) -> list[tuple[str, int]]:
        """Every owner and how many services it has, by name."""
        query = (
            sa.select(service.c.owner, sa.func.count())
            .where(self.mine, _ALIVE, await self._seen())
            .group_by(service.c.owner)
            .order_by(service.c.owner)
        )
        return [(row[0], row[1]) for row in await self.work.db.execute(query)]

    async def _seen(self) -> sa.ColumnElement[bool]:
        """Lists and counts hold only what the actor may see."""
        return await self.work.visible("operations:service.read")

    async def add(self, one: Service) -> bool:
        """Keep a new service; False when the name is taken."""
        fresh = insert(service).values(_row(self.work.tenant, one))
        kept = await self.work.db.execute(
            fresh.on_conflict_do_nothing(
                index_elements=["tenant_id", "name"], index_where=sa.text("archived_at is null")
            ).returning(service.c.id)
        )
        return kept.first() is not None

    async def put(self, one: Service) -> Service:
        """Keep a changed service as the next version, and return that."""
        later = replace(one, version=one.version + 1)
        values = _row(self.work.tenant, later)
        await self.work.db.execute(sa.update(service).where(self.mine, service.c.id == one.id).values(values))
        return later


def _row(tenant: UUID, one: Service) -> dict[str, Any]:
    values = {c.name: getattr(one, c.name) for c in service.c if c.name != "tenant_id"}
    return values | {
        "tenant_id": tenant,
        "depends_on": list(one.depends_on),
        "links": [asdict(link) for link in one.links],
        "annotations": dict(one.annotations),
    }


def _service(row: sa.RowMapping) -> Service:
    values = {name: row[name] for name in row if name not in ("tenant_id", "depends_on", "links")}
    return Service(
        **values, depends_on=tuple(row["depends_on"]), links=tuple(Link(**link) for link in row["links"])
    )
