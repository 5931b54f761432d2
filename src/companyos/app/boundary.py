"""The boundary: one request, one Work, one transaction; committed before a good answer leaves.

A request's Work is opened when a route first asks for it. When the response starts, the boundary commits (2xx, 3xx)
or rolls back (4xx, 5xx); a refusal is then recorded in a transaction of its own.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import structlog
from fastapi import Request
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from companyos.kernel.house import House
from companyos.kernel.http import OPEN_WORK
from companyos.kernel.ports.authenticator import Authenticator, Claims
from companyos.kernel.ports.database import Database
from companyos.kernel.problems import Conflict, Problem, Unavailable
from companyos.kernel.work import Work
from companyos.spines.identity.bearer import caller

from .answers import Keyed, keyed
from .limits import VERIFIED
from .problem_json import problem_response
from .transactions import deposit, enter_tenant, remember_refusal

log = structlog.get_logger(__name__)


class Boundary:
    """ASGI middleware that gives each HTTP request its lazily opened Work."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self.app = app
        self.house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        repeatable = keyed(scope, receive)
        if repeatable is not None:
            try:
                await repeatable.read()
            except Problem as problem:
                await problem_response(problem, scope)(scope, receive, send)
                return
            except ClientDisconnect:
                return  # half a request is none, and nobody waits for an answer
            receive = repeatable.receive
        async with AsyncExitStack() as stack:
            opening = _Opening(self.house, stack, scope, repeatable)
            scope[OPEN_WORK] = opening.work
            await self.app(scope, receive, _Answering(opening, scope, receive, send))


class _Opening:
    """The Work of one request, made when it is first asked for; `made` is None until then."""

    def __init__(self, house: House, stack: AsyncExitStack, scope: Scope, repeatable: Keyed | None) -> None:
        self.house = house
        self.repeatable = repeatable
        self.made: Work | None = None
        self._stack = stack
        self._scope = scope
        self._one = asyncio.Lock()

    async def work(self, request: Request) -> Work:
        """Authenticate, begin, enter the tenant, and claim the idempotency key."""
        async with self._one:
            if self.made is None:
                authenticator = self.house.adapter(Authenticator)
                claims = await caller(authenticator, request.headers)
                self._scope[VERIFIED] = True
                db = await self._begin(claims)
                self.made = Work(
                    self.house,
                    db,
                    await authenticator.actor(db, claims),
                    claims.tenant,
                    claims.environment,
                    datetime.now(UTC),
                    request_id=self._scope.get("companyos.request_id", ""),
                    trace_id=self._scope.get("companyos.trace_id", ""),
                )
                if self.repeatable is not None:
                    await self.repeatable.claim(self.made)
        return self.made

    async def _begin(self, claims: Claims) -> AsyncConnection:
        try:
            db = await self._stack.enter_async_context(self.house.adapter(Database).app.connect())
            await db.begin()
            await enter_tenant(db, claims.tenant, claims.subject)
        except OperationalError as error:
            log.error("database.unavailable", error=str(error.orig))
            raise Unavailable("The database does not answer.", retry_after=2) from error
        return db


class _Answering:
    """Holds the start of the response until the transaction is settled; then lets everything pass."""

    def __init__(self, opening: _Opening, scope: Scope, receive: Receive, send: Send) -> None:
        self._opening = opening
        self._scope = scope
        self._receive = receive
        self._send = send
        self._held: list[Message] = []
        self._settled = False

    async def __call__(self, message: Message) -> None:
        work, repeatable = self._opening.made, self._opening.repeatable
        if self._settled or work is None:
            self._settled = True
            await self._send(message)
            return
        self._held.append(message)
        good = self._held[0]["status"] < 400
        whole = message["type"] == "http.response.body" and not message.get("more_body")
        if good and repeatable is not None and not whole:
            return  # the answer must be whole before it can be kept
        try:
            await settle(self._opening.house, work, repeatable if good else None, self._held, good=good)
        except Problem as problem:
            await work.db.rollback()
            self._settled = True
            await problem_response(problem, self._scope)(self._scope, self._receive, self._send)
            self._send = _drop
            return
        self._settled = True
        for held in self._held:
            await self._send(held)


async def settle(
    house: House, work: Work, repeatable: Keyed | None, response: Sequence[Message], *, good: bool
) -> None:
    """Commit what a good request did, with its answer when it may be repeated; undo what another did."""
    if not good:
        await work.db.rollback()
        await remember_refusal(house, work)
        return
    try:
        if repeatable is not None:
            await repeatable.keep(work, response)
        await deposit(work)
        await work.db.commit()
    except IntegrityError as error:
        raise Conflict("Somebody else changed this at the same moment; read it again and retry.") from error
    except OperationalError as error:
        log.error("database.commit_failed", error=str(error.orig))
        raise Unavailable("The database did not accept the change; nothing was changed.") from error


async def _drop(message: Any) -> None:
    """Swallow the rest of a response that was replaced because its transaction could not commit."""
