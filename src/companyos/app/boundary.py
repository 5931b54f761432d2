"""The boundary: one request, one Work, one transaction; committed before a good answer leaves.

A request's Work is opened when a route first asks for it. When the response starts, the boundary commits (2xx, 3xx)
or rolls back (4xx, 5xx); a refusal is then recorded in a transaction of its own.
"""

import asyncio
from collections.abc import MutableMapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import structlog
from fastapi import Request
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from companyos.kernel.decision import Decision, Reason, Remedy
from companyos.kernel.house import House
from companyos.kernel.http import OPEN_WORK, SAID_ONCE
from companyos.kernel.ports.authenticator import Authenticator, Claims
from companyos.kernel.ports.database import Database
from companyos.kernel.problems import Conflict, Denied, Problem, Unauthenticated, Unavailable
from companyos.kernel.work import Work

from .answers import Answer, claim, fingerprint, keep
from .limits import VERIFIED
from .problem_json import problem_response
from .transactions import deposit, enter_tenant, remember_refusal

log = structlog.get_logger(__name__)

TENANT_HEADER = "companyos-tenant"
ENVIRONMENT_HEADER = "companyos-environment"


class Boundary:
    """ASGI middleware that gives each HTTP request its lazily opened Work."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self.app = app
        self.house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        async with AsyncExitStack() as stack:
            exchange = _Exchange(self.house, stack, scope, receive, send)
            scope[OPEN_WORK] = exchange.open_work
            if exchange.key is not None:
                await exchange.read_body()
            await self.app(scope, exchange.receive, exchange.send)


class _Exchange:
    """One request and its response, with the transaction between them."""

    def __init__(
        self, house: House, stack: AsyncExitStack, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self.house = house
        self.stack = stack
        self.scope = scope
        self._receive = receive
        self._send = send
        self.work: Work | None = None
        self.headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        self.key = self.headers.get("idempotency-key") if scope["method"] == "POST" else None
        self.body: bytes | None = None
        self._body_given = False
        self._held: list[Message] = []
        self._settled = False
        self._opening = asyncio.Lock()

    async def read_body(self) -> None:
        """Read the whole body now: an idempotency key is bound to it."""
        parts, more = [], True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                break
            parts.append(message.get("body", b""))
            more = message.get("more_body", False)
        self.body = b"".join(parts)

    async def receive(self) -> Message:
        if self.body is not None and not self._body_given:
            self._body_given = True
            return {"type": "http.request", "body": self.body, "more_body": False}
        return await self._receive()

    async def open_work(self, request: Request) -> Work:
        """Authenticate, begin, enter the tenant, and claim the idempotency key."""
        async with self._opening:
            if self.work is None:
                claims = await self._claims(request)
                self.scope[VERIFIED] = True
                engine = self.house.adapter(Database).app
                try:
                    db: AsyncConnection = await self.stack.enter_async_context(engine.connect())
                    await db.begin()
                    await enter_tenant(db, claims.tenant, claims.subject)
                except OperationalError as error:
                    log.error("database.unavailable", error=str(error.orig))
                    raise Unavailable("The database does not answer.", retry_after=2) from error
                actor = await self.house.adapter(Authenticator).actor(db, claims)
                self.work = Work(
                    self.house,
                    db,
                    actor,
                    claims.tenant,
                    claims.environment,
                    datetime.now(UTC),
                    request_id=self.scope.get("companyos.request_id", ""),
                    trace_id=self.scope.get("companyos.trace_id", ""),
                )
                if self.key is not None:
                    await claim(self.work, self.key, self._fingerprint())
        return self.work

    async def _claims(self, request: Request) -> Claims:
        given = request.headers.getlist("authorization")
        if len(given) > 1:  # one reader might believe the first, another the last
            raise Unauthenticated("More than one token came with the request.", error="invalid_request")
        scheme, _, token = (given or [""])[0].partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("No bearer token came with the request.", error="invalid_request")
        claims = await self.house.adapter(Authenticator).verify(token)
        self._check_context(claims)
        return claims

    def _check_context(self, claims: Claims) -> None:
        """The client says which tenant and environment its screen shows; the token must span exactly that."""
        tenant = self.headers.get(TENANT_HEADER, claims.tenant_slug)
        environment = self.headers.get(ENVIRONMENT_HEADER, claims.environment)
        tenant_fits = tenant in (claims.tenant_slug, str(claims.tenant))
        if tenant_fits and environment == claims.environment:
            return
        raise Denied(
            Decision(
                allowed=False,
                action="context",
                resource="identity.tenant:requested",
                reasons=(
                    Reason(
                        "context_mismatch",
                        "Your token does not span the tenant and environment that this request names.",
                        ENVIRONMENT_HEADER if tenant_fits else TENANT_HEADER,
                        Remedy("sign_in", "Switch to that context; you can if you are a member there."),
                    ),
                ),
            )
        )

    def _fingerprint(self) -> bytes:
        return fingerprint(
            self.scope["method"], self.scope["path"], self.scope.get("query_string", b""), self.body or b""
        )

    async def send(self, message: Message) -> None:
        """Hold the start of the response until the transaction is settled; then let everything pass."""
        if self._settled or self.work is None:
            self._settled = True
            await self._send(message)
            return
        self._held.append(message)
        good = self._held[0]["status"] < 400
        if (
            good
            and self.key is not None
            and (message["type"] != "http.response.body" or message.get("more_body"))
        ):
            return  # the answer must be whole before it can be kept
        try:
            await self._settle(self.work, good)
        except Problem as problem:
            await self.work.db.rollback()
            self._settled = True
            await problem_response(problem, self.scope)(self.scope, self._receive, self._send)
            self._send = _drop
            return
        self._settled = True
        for held in self._held:
            await self._send(held)

    async def _settle(self, work: Work, good: bool) -> None:
        if not good:
            await work.db.rollback()
            await remember_refusal(self.house, work)
            return
        try:
            if self.key is not None:
                await keep(work, self.key, self._answer())
            await deposit(work)
            await work.db.commit()
        except IntegrityError as error:
            raise Conflict(
                "Somebody else changed this at the same moment; read it again and retry."
            ) from error
        except OperationalError as error:
            log.error("database.commit_failed", error=str(error.orig))
            raise Unavailable("The database did not accept the change; nothing was changed.") from error

    def _answer(self) -> Answer:
        headers: MutableMapping[str, str] = {
            k.decode("latin-1").lower(): v.decode("latin-1") for k, v in self._held[0].get("headers", [])
        }
        if SAID_ONCE.lower() in headers:
            return Answer(self._held[0]["status"], None, None, b"")
        body = b"".join(m.get("body", b"") for m in self._held[1:])
        return Answer(self._held[0]["status"], headers.get("content-type"), headers.get("etag"), body)


async def _drop(message: Any) -> None:
    """Swallow the rest of a response that was replaced because its transaction could not commit."""
