"""The schemas of a tenant at rest, with every version that they ever had."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..rules.schema import Version
from ..tables.schemas import schema, schema_version


@dataclass(frozen=True, slots=True)
class KeptSchema:
    """A schema as lists show it. `classification` is the strictest of its properties; `personal` says that one of
    them is personal data. `builtin` ones come with CompanyOS, and have neither time nor author.
    """

    name: str
    title: str
    version: str
    classification: str
    personal: bool
    purposes: tuple[str, ...]
    consent: str
    feature: str
    changed_at: datetime | None = None
    changed_by: str = ""
    builtin: bool = False

    @property
    def ref(self) -> EntityRef:
        return EntityRef("data.schema", self.name)

    @property
    def resource(self) -> Resource:
        attrs = {"name": self.name, "classification": self.classification}
        return Resource(self.ref, {**attrs, "personal": self.personal, "builtin": self.builtin})


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """One version of a schema; never changed. `number` counts the versions of the tenant."""

    name: str
    version: Version
    document: Mapping[str, Any]
    hash: str
    note: str = ""
    number: int = 0
    at: datetime | None = None
    author: str = ""


class Schemas:
    """The schemas of the Work's tenant."""

    def __init__(self, work: Work):
        self.work = work
        self.mine = schema.c.tenant_id == work.tenant
        self.versions_of_mine = schema_version.c.tenant_id == work.tenant

    async def page(self, seen: sa.ColumnElement[bool], *, after: str | None, limit: int) -> list[KeptSchema]:
        """Up to `limit` schemas that `seen` leaves, by name."""
        query = sa.select(schema).where(self.mine, seen)
        if after is not None:
            query = query.where(_by_bytes(schema.c.name) > after)
        rows = await self.work.db.execute(query.order_by(_by_bytes(schema.c.name)).limit(limit))
        return [_schema(row) for row in rows.mappings()]

    async def find(self, name: str) -> KeptSchema | None:
        """A schema as it stands, or None."""
        row = (
            await self.work.db.execute(sa.select(schema).where(self.mine, schema.c.name == name))
        ).mappings()
        found = row.first()
        return None if found is None else _schema(found)

    async def count(self) -> int:
        """How many schemas the tenant keeps."""
        return await self.work.db.scalar(sa.select(sa.func.count()).where(self.mine).select_from(schema)) or 0

    async def hold(self) -> None:
        """Hold the tenant's schemas against other changes until the end: their versions are counted in one row."""
        held = sa.text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
        await self.work.db.execute(held, {"name": f"data.schema/{self.work.tenant}"})

    async def newest_number(self) -> int:
        """The number of the tenant's newest version, 0 when it has none."""
        query = sa.select(sa.func.max(schema_version.c.number)).where(self.versions_of_mine)
        return await self.work.db.scalar(query) or 0

    async def put(self, kept: KeptSchema, version: KeptVersion) -> None:
        """Keep a version and make it the newest."""
        row = {c.name: getattr(kept, c.name) for c in schema.c if c.name != "tenant_id"}
        row["purposes"] = list(kept.purposes)
        write = insert(schema).values(tenant_id=self.work.tenant, **row)
        await self.work.db.execute(
            write.on_conflict_do_update(index_elements=["tenant_id", "name"], set_=row)
        )
        parts = version.version._asdict()
        names = [c.name for c in schema_version.c if c.name != "tenant_id" and c.name not in parts]
        values = {name: getattr(version, name) for name in names} | parts
        await self.work.db.execute(sa.insert(schema_version).values(tenant_id=self.work.tenant, **values))

    async def version(self, name: str, version: Version) -> KeptVersion:
        """One version of a schema. Raises NotFound."""
        query = sa.select(schema_version).where(
            self.versions_of_mine,
            schema_version.c.name == name,
            sa.and_(*(schema_version.c[part] == value for part, value in version._asdict().items())),
        )
        row = (await self.work.db.execute(query)).mappings().first()
        if row is None:
            raise NotFound()
        return _version(row)

    async def versions(self, name: str, *, before: int | None, limit: int) -> list[KeptVersion]:
        """Up to `limit` versions of a schema, newest first; `before` is a version's number."""
        query = sa.select(schema_version).where(self.versions_of_mine, schema_version.c.name == name)
        if before is not None:
            query = query.where(schema_version.c.number < before)
        rows = await self.work.db.execute(query.order_by(schema_version.c.number.desc()).limit(limit))
        return [_version(row) for row in rows.mappings()]

    async def known(self) -> list[tuple[str, Version]]:
        """Name and version of everything the tenant keeps."""
        columns = [schema_version.c[name] for name in ("name", "model", "revision", "addition")]
        rows = await self.work.db.execute(sa.select(*columns).where(self.versions_of_mine))
        return [(name, Version(*version)) for name, *version in rows]


def _by_bytes(column: sa.Column[str]) -> sa.ColumnElement[str]:
    """Sorted like Python sorts, so that built-in schemas can be put between those of the tenant."""
    return sa.collate(column, "C")


def _schema(row: sa.RowMapping) -> KeptSchema:
    values = {name: row[name] for name in row if name not in ("tenant_id", "purposes")}
    return KeptSchema(**values, purposes=tuple(row["purposes"]))


def _version(row: sa.RowMapping) -> KeptVersion:
    parts = Version._fields
    values = {name: row[name] for name in row if name != "tenant_id" and name not in parts}
    return KeptVersion(**values, version=Version(*(row[part] for part in parts)))
