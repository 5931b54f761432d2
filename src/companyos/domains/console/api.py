"""HTTP entrance of the console."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from companyos.kernel.http import Page, SliceDep, WorkDep
from companyos.kernel.ports.live import News

from .service import news
from .service.frozen import verbs as frozen
from .service.overview import overview
from .service.search import search
from .service.span import across
from .settings import ConsoleSettings
from .wire import (
    AcrossTenantsOut,
    FoundOut,
    HitOut,
    NewsOut,
    OverviewOut,
    overview_out,
)
from .wire.frozen import FreezeIn, FrozenListedOut, FrozenOut, ReplayOut

router = APIRouter(tags=["console"])

HEARTBEAT = "CompanyOS-Heartbeat"
"""Response header of an event stream: seconds between its heartbeats."""

EVENT_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "An endless stream of server-sent events; the data of each is a `NewsOut` as JSON.",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": 'data: {"type":"operations.deployment.finished",'
                '"subject":"019ac0de-0000-7000-8000-000000000003","at":"2026-11-22T12:00:00Z"}\n\n',
            }
        },
        "model": NewsOut,
    }
}


@router.get("/console/overview")
async def get_overview(
    work: WorkDep,
    range: Annotated[
        str, Query(max_length=16, description="How far back, as now-24h.", examples=["now-24h"])
    ] = "now-24h",
) -> OverviewOut:
    """The environment at a glance: services worst first, active incidents, latest deployments, what changed."""
    return overview_out(await overview(work, range))


@router.get("/console/tenants")
async def get_tenant_totals(
    work: WorkDep,
    range: Annotated[
        str, Query(max_length=16, description="How far back deployments count.", examples=["now-24h"])
    ] = "now-24h",
    region: Annotated[str, Query(max_length=100, description="Only tenants of this region.")] = "",
) -> AcrossTenantsOut:
    """Totals of the own tenant and of every tenant that granted you a span of control; of no other, in nothing."""
    return AcrossTenantsOut.model_validate(await across(work, range=range, region=region))


@router.get("/search")
async def search_everything(
    work: WorkDep,
    slice_: SliceDep,
    q: Annotated[
        str,
        Query(
            max_length=1000,
            description="Words, or an intent and words: `:svc`, `:inc`, `:deploy`, `:tenant`, and `:do` for actions. "
            "A word of one letter is looked for where words start.",
            examples=[":svc payments"],
        ),
    ] = "",
) -> FoundOut:
    """Find what you may see, or with `:do` what you may do. Totals are exact; what you may not see is not counted."""
    found = await search(work, q, slice_)
    hits, following = slice_.page(found.hits, lambda hit: hit.key)
    return FoundOut(items=[HitOut.model_validate(hit) for hit in hits], total=found.total, next=following)


@router.post("/console/frozen-views", status_code=201)
async def freeze_view(request: Request, work: WorkDep, body: FreezeIn) -> FrozenOut:
    """Keep what a screen shows you now, signed, to be shown again. Each read is made anew for you, by policy."""
    made = await frozen.freeze(work, request.app, path=body.path, title=body.title, reads=body.reads)
    return FrozenOut.model_validate(made)


@router.get("/console/frozen-views")
async def list_frozen_views(work: WorkDep, slice_: SliceDep) -> Page[FrozenListedOut]:
    """Views that you froze in this environment, newest first; for administrators those of everybody."""
    found, following = slice_.page(await frozen.page(work, slice_), lambda one: (one.at.isoformat(), one.id))
    items = [FrozenListedOut.model_validate(one) for one in found]
    mine = work.actor.ref
    told = [item if item.by == mine else item.model_copy(update={"title": None}) for item in items]
    return Page(items=told, next=following)


@router.get("/console/frozen-views/{id}")
async def get_frozen_view(work: WorkDep, id: UUID) -> ReplayOut:
    """Show a frozen view: each part is decided for you by the policy of now, and shown or withheld with reasons."""
    return ReplayOut.model_validate(await frozen.replay(work, id))


@router.delete("/console/frozen-views/{id}", status_code=204)
async def delete_frozen_view(work: WorkDep, id: UUID) -> None:
    """Forget a frozen view before its time: one's own, for administrators any."""
    await frozen.delete(work, id)


@router.get("/events", response_class=StreamingResponse, responses=EVENT_STREAM)
async def stream_events(request: Request, work: WorkDep) -> StreamingResponse:
    """Hear that something changed in the tenant, as server-sent events (WHATWG HTML §9.2).

    A comment comes as heartbeat, as often as the header `CompanyOS-Heartbeat` says in seconds: after two that did not
    come, nobody speaks any more. The stream ends when the token expires or the sign-in is revoked: connect again
    with a new token. Events carry no ids and `Last-Event-ID` is not used: after a gap, ask the API again.
    """
    token = request.headers["authorization"].partition(" ")[2]
    heard = await news.listen(work, token)
    every = {HEARTBEAT: f"{work.settings(ConsoleSettings).heartbeat_seconds:g}"}
    return StreamingResponse(_written(heard), media_type="text/event-stream", headers=every)


async def _written(heard: AsyncGenerator[News | None]) -> AsyncIterator[bytes]:
    yield b"retry: 2000\n\n"
    async with aclosing(heard):
        async for one in heard:
            yield b": heartbeat\n\n" if one is None else b"data: " + msgspec.json.encode(one) + b"\n\n"
