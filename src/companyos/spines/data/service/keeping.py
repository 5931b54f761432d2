"""Changing what schemas say: what a document would be to what stands, register, evolve."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.problems import Conflict, Invalid, TooLarge
from companyos.kernel.work import Work

from ..builtin import PREFIX
from ..public.events import SchemaEvolved, SchemaRegistered
from ..registry import as_kept, registry_of
from ..rules.compatibility import KINDS, Change, Kind, compare, following, gravest
from ..rules.compiling import compiled
from ..rules.fault import Fault
from ..rules.labelling import NAME_HELP, is_name
from ..rules.labels import KEYWORD
from ..rules.profile import SchemaRefused, understand
from ..rules.schema import FIRST, Schema, Version
from ..rules.summary import strictest
from ..settings import DataSettings
from ..store import KeptSchema, KeptVersion, Schemas
from .canonical import canonical, digest
from .reading import READ, newest, standing

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """What would become of a document: `was` is None for a new schema, `kind` when nothing would change."""

    schema: Schema
    was: Version | None
    becomes: Version
    kind: Kind | None
    changes: tuple[Change, ...] = ()


async def check(work: Work, name: str, document: Document) -> Checked:
    """What a document would be to the schema of that name, without keeping it. Raises Invalid with each fault."""
    await work.permit("data:schema.check", on=work.tenancy)
    schema = _understood(work, name, document)
    ours = registry_of(work.house).builtin.get(name)
    kept = await standing(work, name) if ours else await Schemas(work).find(name)
    if kept is None:
        _nameable(name)
        return Checked(schema, None, FIRST, None)
    await work.permit(READ, on=kept)
    return _compared(await newest(work, kept), schema)


async def register(work: Work, name: str, document: Document, *, note: str = "") -> KeptSchema:
    """Keep a new schema as 1-0-0. Raises Conflict when the name is taken, Invalid with each fault."""
    decision = await work.permit("data:schema.register", on=work.tenancy)
    _nameable(name)
    schema = _understood(work, name, document)
    store = Schemas(work)
    await store.hold()
    if await store.find(name) is not None:
        raise Conflict(f"There is a schema {name}; evolve it.")
    most = work.settings(DataSettings).tenant_schemas
    if await store.count() >= most:
        raise Conflict(f"A tenant keeps {most} schemas at most (COMPANYOS_DATA_TENANT_SCHEMAS).")
    kept = await _keep(work, schema, FIRST, note)
    await work.record(
        "data.schema.registered",
        kept.ref,
        decision=decision,
        version=kept.version,
        document=digest(schema.document),
    )
    work.emit(SchemaRegistered(schema=name, title=kept.title, schema_version=kept.version))
    return kept


async def evolve(
    work: Work, name: str, document: Document, *, allow: Kind = "addition", note: str = ""
) -> KeptSchema:
    """Keep the next version of a schema; the same document again changes nothing.

    `allow` is the gravest change that is meant. Raises Conflict with the path of each change that is graver.
    """
    kept = await standing(work, name)
    await work.permit(READ, on=kept)
    decision = await work.permit("data:schema.evolve", on=kept)
    await Schemas(work).hold()
    kept = await standing(work, name)
    checked = _compared(await newest(work, kept), _understood(work, name, document))
    if checked.kind is None:
        return kept
    _meant(checked, allow)
    _room(work, await Schemas(work).versions(name, before=None, limit=_most(work)))
    after = await _keep(work, checked.schema, checked.becomes, note)
    await work.record(
        "data.schema.evolved",
        after.ref,
        decision=decision,
        version=after.version,
        was=kept.version,
        document=digest(checked.schema.document),
        changes=[f"{one.kind} {one.pointer or '/'}: {one.sentence}" for one in checked.changes],
    )
    event = SchemaEvolved(schema=name, title=after.title, schema_version=after.version, change=checked.kind)
    work.emit(event)
    return after


def _compared(was: KeptVersion, schema: Schema) -> Checked:
    changes = compare(as_kept(was.name, was.version, was.document), schema)
    kind = gravest(changes)
    becomes = following(was.version, kind) if kind else was.version
    return Checked(schema, was.version, becomes, kind, changes)


def _meant(checked: Checked, allow: Kind) -> None:
    """Refuse changes that are graver than meant, and a version that the document says wrongly."""
    graver = [one for one in checked.changes if KINDS.index(one.kind) > KINDS.index(allow)]
    if graver:
        fix = f"Take it back, or allow a {checked.kind}: it becomes {checked.becomes}."
        reasons = [
            Reason(f"schema_{one.kind}", one.sentence, f"/document{one.pointer}", Remedy("fix_input", fix))
            for one in graver
        ]
        sentence = f"This would be a {checked.kind}: what was sent before may be refused."
        raise Conflict(sentence, reasons=reasons)
    said = checked.schema.version
    if said is not None and said != checked.becomes:
        at = f"/document/{KEYWORD}/version"
        sentence = f"The document says {said}, but this is {checked.becomes}."
        raise Invalid.at(at, sentence, f"Write {checked.becomes}, or leave it out.", "schema_version")


async def _keep(work: Work, schema: Schema, version: Version, note: str) -> KeptSchema:
    kept = KeptSchema(
        name=schema.name,
        title=schema.title,
        version=str(version),
        **strictest(schema.root),
        purposes=schema.purposes,
        consent=schema.consent,
        feature=schema.feature,
        changed_at=work.now,
        changed_by=work.actor.ref,
    )
    number = await Schemas(work).newest_number() + 1
    row = KeptVersion(
        schema.name, version, schema.document, digest(schema.document), note, number, work.now, work.actor.ref
    )
    await Schemas(work).put(kept, row)
    return kept


def _understood(work: Work, name: str, document: Document) -> Schema:
    """A document as a schema of that name that can be compiled. Raises Invalid with each fault."""
    most = work.settings(DataSettings).schema_bytes
    if len(canonical(document)) > most:
        raise TooLarge(f"A schema has at most {most} bytes (COMPANYOS_DATA_SCHEMA_BYTES).")
    try:
        schema = understand(document, registry_of(work.house).limits)
    except SchemaRefused as refused:
        raise _invalid(refused.faults) from None
    if schema.name and schema.name != name:
        at = f"/{KEYWORD}/name"
        raise _invalid((Fault(at, "schema_name", f"The document is of {schema.name}.", f"Write {name}."),))
    compiled(schema)
    return replace(schema, name=name)


def _invalid(faults: tuple[Fault, ...]) -> Invalid:
    reasons = [one.reason for one in faults]
    placed = [Reason(r.code, r.sentence, f"/document{r.where}", r.remedy) for r in reasons]
    return Invalid("The document is no schema that CompanyOS understands.", reasons=placed)


def _nameable(name: str) -> None:
    if not is_name(name):
        raise Invalid.at("/name", "A schema cannot be called so.", NAME_HELP)
    if name.startswith(PREFIX):
        raise Invalid.at(
            "/name", f"Names that begin with {PREFIX} are those of CompanyOS.", "Choose another."
        )


def _room(work: Work, versions: list[KeptVersion]) -> None:
    if len(versions) >= _most(work):
        most = _most(work)
        raise Conflict(f"A schema has at most {most} versions (COMPANYOS_DATA_SCHEMA_VERSIONS).")


def _most(work: Work) -> int:
    return work.settings(DataSettings).schema_versions
