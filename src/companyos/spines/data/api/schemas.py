"""Schemas over HTTP."""

from fastapi import APIRouter

from companyos.kernel.http import Page, SliceDep, WorkDep

from ..rules.schema import Version
from ..service import keeping, reading
from ..wire.schemas import (
    SchemaCheckIn,
    SchemaCheckOut,
    SchemaDetailOut,
    SchemaEvolveIn,
    SchemaIn,
    SchemaName,
    SchemaOut,
    SchemaVer,
    SchemaVersionOut,
    check_out,
    schema_detail,
    schema_out,
    version_out,
)

router = APIRouter(prefix="/schemas", tags=["schemas"])


@router.get("")
async def list_schemas(work: WorkDep, slice: SliceDep) -> Page[SchemaOut]:
    """The schemas of events by name: the tenant's own, and those that come with CompanyOS."""
    after = slice.start(str)
    found = await reading.list_schemas(work, after=after[0] if after else None, limit=slice.limit + 1)
    rows, following = slice.page(found, lambda one: (one.name,))
    return Page(items=[schema_out(one) for one in rows], next=following)


@router.post("", status_code=201)
async def register_schema(work: WorkDep, body: SchemaIn) -> SchemaOut:
    """Register a schema: from now on events of that name are taken in, if they fit it."""
    kept = await keeping.register(work, body.name, body.document, note=body.note)
    return schema_out(kept)


@router.post("/check")
async def check_schema(work: WorkDep, body: SchemaCheckIn) -> SchemaCheckOut:
    """What a document would be to the schema of that name; nothing is kept."""
    return check_out(await keeping.check(work, body.name, body.document))


@router.get("/{name}")
async def get_schema(work: WorkDep, name: SchemaName, version: SchemaVer = None) -> SchemaDetailOut:
    """One schema with the document of its newest version, or of the one that is asked for."""
    wanted = Version.parse(version) if version else None
    return schema_detail(*await reading.get_schema(work, name, wanted))


@router.get("/{name}/versions")
async def list_schema_versions(work: WorkDep, name: SchemaName, slice: SliceDep) -> Page[SchemaVersionOut]:
    """Every version of a schema, newest first."""
    after = slice.start(int)
    found = await reading.list_versions(work, name, before=after[0] if after else None, limit=slice.limit + 1)
    rows, following = slice.page(found, lambda one: (one.number,))
    return Page(items=[version_out(one) for one in rows], next=following)


@router.post("/{name}/versions", status_code=201)
async def evolve_schema(work: WorkDep, name: SchemaName, body: SchemaEvolveIn) -> SchemaOut:
    """Keep the next version of a schema, if what was sent before still fits; or as grave a change as is allowed."""
    kept = await keeping.evolve(work, name, body.document, allow=body.allow, note=body.note)
    return schema_out(kept)
