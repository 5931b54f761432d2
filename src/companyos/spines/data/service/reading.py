"""Looking at schemas: the list, one of them, its versions."""

from collections.abc import Sequence
from dataclasses import replace

from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..registry import Registry, registry_of
from ..rules.schema import Schema, Version
from ..rules.summary import strictest
from ..store import KeptSchema, KeptVersion, Schemas
from .canonical import digest

READ = "data:schema.read"


async def list_schemas(work: Work, *, after: str | None, limit: int) -> list[KeptSchema]:
    """Up to `limit` schemas that the actor may see, by name: the tenant's own, and those of CompanyOS."""
    await work.permit("data:schema.list", on=work.tenancy)
    own = await Schemas(work).page(await work.visible(READ), after=after, limit=limit)
    ours = [
        summed(newest) for newest in _newest(registry_of(work.house)) if after is None or newest.name > after
    ]
    seen = [one for one in ours if (await work.decide(READ, on=one)).allowed]
    return sorted([*own, *seen], key=lambda one: one.name)[:limit]


async def get_schema(work: Work, name: str, version: Version | None = None) -> tuple[KeptSchema, KeptVersion]:
    """A schema with one of its versions, the newest unless another is asked for. Raises NotFound."""
    kept = await standing(work, name)
    await work.permit(READ, on=kept)
    if version is None:
        return kept, await newest(work, kept)
    ours = registry_of(work.house).builtin.get(name)
    if ours is None:
        return kept, await Schemas(work).version(name, version)
    if version not in ours:
        raise NotFound()
    return kept, written(ours[version])


async def list_versions(work: Work, name: str, *, before: int | None, limit: int) -> Sequence[KeptVersion]:
    """Up to `limit` versions of a schema, newest first; `before` is a version's number."""
    kept = await standing(work, name)
    await work.permit(READ, on=kept)
    ours = registry_of(work.house).builtin.get(name)
    if ours is None:
        return await Schemas(work).versions(name, before=before, limit=limit)
    numbered = [replace(written(ours[one]), number=number) for number, one in enumerate(sorted(ours), 1)]
    return [one for one in reversed(numbered) if before is None or one.number < before][:limit]


async def standing(work: Work, name: str) -> KeptSchema:
    """A schema as it stands, the tenant's or a built-in one. Raises NotFound."""
    ours = registry_of(work.house).builtin.get(name)
    found = summed(ours[max(ours)]) if ours else await Schemas(work).find(name)
    if found is None:
        raise NotFound()
    return found


async def newest(work: Work, kept: KeptSchema) -> KeptVersion:
    """The newest version of a schema."""
    ours = registry_of(work.house).builtin.get(kept.name)
    if ours is not None:
        return written(ours[max(ours)])
    return await Schemas(work).version(kept.name, Version.parse(kept.version))


def summed(schema: Schema) -> KeptSchema:
    """A built-in schema as lists show it."""
    return KeptSchema(
        name=schema.name,
        title=schema.title,
        version=str(schema.version),
        **strictest(schema.root),
        purposes=schema.purposes,
        consent=schema.consent,
        feature=schema.feature,
        builtin=True,
    )


def written(schema: Schema) -> KeptVersion:
    """A built-in schema as a version."""
    assert schema.version is not None
    return KeptVersion(schema.name, schema.version, schema.document, digest(schema.document))


def _newest(registry: Registry) -> list[Schema]:
    return [versions[max(versions)] for _, versions in sorted(registry.builtin.items())]
