"""Services over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from companyos.kernel.http import IfMatch, SliceDep, WorkDep, set_etag
from companyos.kernel.work import Work

from ..public.types import Health, Service
from ..rules.health import rank
from ..service import catalog, isolation, log_levels, services
from ..wire.services import (
    CatalogIn,
    CatalogOut,
    DependenciesOut,
    IsolationIn,
    IsolationOut,
    LogLevelIn,
    LogLevelOut,
    OwnerOut,
    OwnersOut,
    ServiceChange,
    ServiceIn,
    ServiceOut,
    ServicePut,
    ServicesPage,
    described,
    service_out,
)
from ..wire.text import PLAIN

router = APIRouter(prefix="/services", tags=["services"])

Search = Annotated[
    str, Query(max_length=200, pattern=PLAIN, description="Part of a name or title.", examples=["pay"])
]
Owner = Annotated[str, Query(max_length=200, pattern=PLAIN, description="Only services of this owner.")]
OfHealth = Annotated[Health | None, Query(description="Only services in this state.")]


@router.get("")
async def list_services(
    work: WorkDep, slice: SliceDep, q: Search = "", owner: Owner = "", health: OfHealth = None
) -> ServicesPage:
    """The tenant's services with their health, worst first."""
    found = await services.list_services(work, q=q, owner=owner, health=health or "")
    last = slice.start(int, str)
    if last:
        found = [v for v in found if (rank(v.health), v.service.name) > last]
    rows, next_ = slice.page(found[: slice.limit + 1], lambda v: (rank(v.health), v.service.name))
    return ServicesPage(items=[service_out(v) for v in rows], next=next_)


@router.get("/owners")
async def list_owners(work: WorkDep) -> OwnersOut:
    """Every owner and how many services it has."""
    return OwnersOut(items=[OwnerOut(owner=o, services=n) for o, n in await services.owners(work)])


@router.post("", status_code=201)
async def register_service(work: WorkDep, body: ServiceIn, response: Response) -> ServiceOut:
    """Make a service known."""
    service = await services.register(work, {"name": body.name, **described(body, body.name)})
    return await _answer(work, service, response)


@router.post("/import")
async def import_services(work: WorkDep, body: CatalogIn) -> CatalogOut:
    """Register and change services from a Backstage `catalog-info.yaml`; all of them or none."""
    done = await catalog.import_catalog(work, body.text, file=body.file)
    return CatalogOut.model_validate(done)


@router.get("/{name}")
async def get_service(work: WorkDep, name: str, response: Response) -> ServiceOut:
    """One service with its health."""
    view = await services.get_service(work, name)
    set_etag(response, view.service.version)
    return service_out(view)


@router.get("/{name}/dependencies")
async def get_service_dependencies(work: WorkDep, name: str) -> DependenciesOut:
    """What a service depends on, and what depends on it."""
    service, down, unknown, up = await services.dependencies(work, name)
    return DependenciesOut(
        service=service.name,
        depends_on=[service_out(v) for v in down],
        unknown=unknown,
        dependents=[service_out(v) for v in up],
    )


@router.put("/{name}")
async def replace_service(
    work: WorkDep, name: str, body: ServicePut, if_match: IfMatch, response: Response
) -> ServiceOut:
    """Say everything about a service anew."""
    service = await services.change(work, name, described(body, name), if_match=if_match)
    return await _answer(work, service, response)


@router.patch("/{name}")
async def change_service(
    work: WorkDep, name: str, body: ServiceChange, if_match: IfMatch, response: Response
) -> ServiceOut:
    """Change some of what is said of a service."""
    service = await services.change(work, name, described(body, name, partly=True), if_match=if_match)
    return await _answer(work, service, response)


@router.delete("/{name}", status_code=204)
async def archive_service(work: WorkDep, name: str, if_match: IfMatch) -> None:
    """Take a service out of the catalogue. Its deployments and incidents stay."""
    await services.archive(work, name, if_match=if_match)


@router.post("/{name}/isolate", status_code=201)
async def isolate_service(work: WorkDep, name: str, body: IsolationIn) -> IsolationOut:
    """Let no version of a service out until it is released."""
    return await _turn(work, name, "isolate", body)


@router.post("/{name}/release", status_code=201)
async def release_service(work: WorkDep, name: str, body: IsolationIn) -> IsolationOut:
    """Let versions of an isolated service out again."""
    return await _turn(work, name, "release", body)


@router.get("/{name}/log-level")
async def get_service_log_level(work: WorkDep, name: str, response: Response) -> LogLevelOut:
    """What a service was told to write into its logs."""
    told = await log_levels.read(work, name)
    set_etag(response, told.version if told else 0)
    if told is None:
        return LogLevelOut(service=name, environment=work.environment, level=None, status=None)
    return LogLevelOut.model_validate(told)


@router.put("/{name}/log-level")
async def set_service_log_level(
    work: WorkDep, name: str, body: LogLevelIn, if_match: IfMatch, response: Response
) -> LogLevelOut:
    """Tell a service what to write into its logs; it follows within seconds."""
    asked = await log_levels.ask(work, name, body.level, reason=body.reason, if_match=if_match)
    set_etag(response, asked.version)
    return LogLevelOut.model_validate(asked)


async def _turn(work: Work, name: str, verb: isolation.Verb, body: IsolationIn) -> IsolationOut:
    service, evidence = await isolation.turn(work, name, verb, reason=body.reason, plan_hash=body.plan_hash)
    shown = service_out((await services.views(work, [service]))[0])
    return IsolationOut(service=shown, evidence_id=evidence)


async def _answer(work: Work, service: Service, response: Response) -> ServiceOut:
    set_etag(response, service.version)
    return service_out((await services.views(work, [service]))[0])
