"""Brings a whole catalogue file in: registers what is new, changes what differs, leaves the rest."""

from dataclasses import dataclass, field, fields

from companyos.kernel.ids import new_id
from companyos.kernel.problems import Conflict, Invalid
from companyos.kernel.work import Work

from ..public.types import Service
from ..rules.catalog import Entry, read_catalog
from ..store import Services
from .services import put, registered

_SAME = tuple(f.name for f in fields(Entry) if f.name not in ("name", "line"))


@dataclass(slots=True)
class Imported:
    """What an import did, by service name; `left_out` are documents of kinds that are no services."""

    registered: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left_out: tuple[str, ...] = ()


async def import_catalog(work: Work, text: str, *, file: str, demo: bool = False) -> Imported:
    """All services of a `catalog-info.yaml`, or none: every wrong line is a reason of the one refusal."""
    decision = await work.permit("operations:service.import", on=work.tenancy)
    catalog = read_catalog(text, file)
    if catalog.reasons:
        many = len(catalog.reasons)
        raise Invalid(
            f"{file} has {many} mistake{'s' if many > 1 else ''}; nothing was imported.",
            reasons=catalog.reasons,
        )
    store, done = Services(work), Imported(left_out=catalog.left_out)
    known = await store.known([entry.name for entry in catalog.entries])
    for entry in catalog.entries:
        said = {name: getattr(entry, name) for name in _SAME}
        if entry.name in known:
            was = await store.named(entry.name, lock=True)
            now = await put(work, was, _changed(was, said), decision)
            (done.unchanged if now is was else done.changed).append(entry.name)
        else:
            service = Service(id=new_id(), name=entry.name, demo=demo, **said)
            if not await store.add(service):
                raise Conflict(f"Somebody registered {entry.name} at the same moment; import again.")
            await registered(work, service, decision)
            done.registered.append(entry.name)
    return done


def _changed(was: Service, said: dict[str, object]) -> Service:
    rest = {f.name: getattr(was, f.name) for f in fields(Service) if f.name not in said}
    return Service(**rest, **said)  # type: ignore[arg-type]
