"""Reads for a frozen view: one route of the API anew, within the Work of the person who freezes."""

import json
from dataclasses import dataclass, field
from typing import Any, get_type_hints
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import sqlalchemy as sa
from fastapi import FastAPI, Request
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.http import OPEN_WORK, SAID_ONCE
from companyos.kernel.problems import Conflict, Invalid, NotFound
from companyos.kernel.work import Work
from companyos.spines.evidence import canonical

from .watching import watched

OWN = "/api/v1/console/frozen-views"


@dataclass(frozen=True, slots=True)
class Part:
    """One read: the path with its query, what came, and the ground it stands on.

    `grounds` were permitted one by one. `conditions` are fingerprints of what let rows be seen, by action; `rows`
    are the entities in the rows of a list: (place in `items`, action that shows it, entity).
    """

    read: str
    body: Any
    grounds: tuple[tuple[str, Resource], ...]
    conditions: dict[str, str] = field(default_factory=dict)
    rows: tuple[tuple[int, str, Resource], ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A read that cannot be kept, and why."""

    read: str
    sentence: str


async def read_part(work: Work, app: FastAPI, read: str, where: str) -> Part | LeftOut:
    """Read one route for the Work's actor. Raises Invalid when `read` names no read of the API."""
    if not _is_read(app, read):
        sentence = "That is no read of the API."
        raise Invalid.at(where, sentence, "Write the path of a GET, as /api/v1/services?limit=50.", "no_read")
    if read.startswith(OWN):
        return LeftOut(read, "It is a frozen view already; freeze the page that it came from.")
    own, watch = watched(work)

    async def open_work(request: Request) -> Work:
        if Request in get_type_hints(request.scope["endpoint"]).values():
            raise Conflict("It answers for one connection only, so it cannot be shown to somebody else.")
        return own

    async def within(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, OPEN_WORK: open_work}, receive, send)

    transport = httpx.ASGITransport(app=within)
    async with httpx.AsyncClient(transport=transport, base_url="http://companyos") as client:
        answer = await client.get(read)
    work.records += own.records
    work.outbox += own.outbox
    if answer.status_code != 200:
        return LeftOut(read, _said(answer))
    if SAID_ONCE in answer.headers or answer.headers.get("content-type") != "application/json":
        return LeftOut(read, "Its answer is a file, a secret, or about people who may ask to be forgotten.")
    if not watch.grounds and not watch.conditions:
        return LeftOut(read, "It shows only what is your own, so it cannot be shown to somebody else.")
    if watch.elsewhere:
        return LeftOut(read, "It shows more than this tenant, which only its reader was granted.")
    body = canonical.plain(answer.json())
    rows = tuple([row async for row in _rows(work, body, watch.conditions)])
    return Part(read, body, tuple(watch.grounds), watch.conditions, rows)


def is_page(body: Any) -> bool:
    """Whether an answer is a page of a list and nothing else, so that rows can be cut without a trace."""
    return isinstance(body, dict) and set(body) == {"items", "next"}


def _is_read(app: FastAPI, read: str) -> bool:
    """Whether the API's own description has a GET of this path."""
    parts = urlsplit(read)
    if parts.scheme or parts.netloc or parts.fragment or ".." in parts.path:
        return False
    described = app.openapi()["paths"].items()
    gets = (path for path, operations in described if "get" in operations)
    return any(compile_path(path)[0].fullmatch(parts.path) for path in gets)


def _said(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (json.JSONDecodeError, KeyError, TypeError):
        return f"It was answered with {answer.status_code}."


async def _rows(work: Work, body: Any, conditions: dict[str, str]) -> Any:
    """Which entity each row of a page is, for the actions whose conditions let it be seen."""
    items = body["items"] if is_page(body) else []
    names = {str(value): n for n, item in enumerate(items) for value in _leaves(item)}
    for part in work.house.parts:
        for of in part.rows:
            if of.reads not in conditions or not names:
                continue
            ids = sa.select(sa.cast(of.id, sa.Text)).where(of.tenant == work.tenant)
            found = set(await work.db.scalars(ids.where(sa.cast(of.id, sa.Text).in_(names))))
            for n, item in enumerate(items):
                for value in found & {str(one) for one in _leaves(item)}:
                    entity = await _entity(work, EntityRef(of.type, value))
                    if entity is not None:
                        yield n, of.reads, entity


def _leaves(item: Any) -> list[Any]:
    """What may name the entity of a row."""
    if not isinstance(item, dict):
        return []
    return [item[key] for key in ("id", "name") if isinstance(item.get(key), str | UUID)]


async def _entity(work: Work, ref: EntityRef) -> Resource | None:
    loaders = {kind: load for part in work.house.parts for kind, load in part.entities.items()}
    try:
        return (await loaders[ref.type](work, ref)).resource if ref.type in loaders else None
    except NotFound:
        return None
