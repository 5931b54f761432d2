"""Idempotency keys: a repeated POST gets the first answer again and changes nothing.

After the IETF draft "The Idempotency-Key HTTP Header Field". The key is claimed by an insert in the request's
own transaction, so a second request with it waits until the first has committed or rolled back.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from companyos.kernel.http import SAID_ONCE
from companyos.kernel.problems import Invalid
from companyos.kernel.work import Work

from .tables import answered

MAX_KEY = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """A response that was given before; one that held a secret is kept without content type and body."""

    status: int
    content_type: str | None
    etag: str | None
    body: bytes


class Replayed(Exception):
    """Raised instead of doing the work again; carries the answer to repeat."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("this request was answered before")
        self.answer = answer


def fingerprint(method: str, path: str, query: bytes, body: bytes) -> bytes:
    """What makes two requests the same request."""
    return hashlib.sha256(b"\0".join([method.encode(), path.encode(), query, body])).digest()


async def claim(work: Work, key: str, request_hash: bytes) -> None:
    """Take the key. Raises Replayed when answered before, Invalid when it was used for another request."""
    if not 1 <= len(key) <= MAX_KEY or not key.isprintable():
        raise Invalid(f"Idempotency-Key must be 1 to {MAX_KEY} printable characters.")
    mine = {"tenant_id": work.tenant, "actor": work.actor.ref, "key": key}
    taken = await work.db.execute(
        insert(answered).values(**mine, request_hash=request_hash, at=work.now).on_conflict_do_nothing()
    )
    if taken.rowcount:
        return
    found = (await work.db.execute(select(answered).filter_by(**mine))).one()
    if found.request_hash != request_hash:
        raise Invalid(
            "This Idempotency-Key was used for a different request; use a new key for a new request.",
        )
    raise Replayed(Answer(found.status, found.content_type, found.etag, found.body))


async def keep(work: Work, key: str, answer: Answer) -> None:
    """Keep the answer beside the effect, in the same transaction."""
    await work.db.execute(
        update(answered)
        .filter_by(tenant_id=work.tenant, actor=work.actor.ref, key=key)
        .values(status=answer.status, content_type=answer.content_type, etag=answer.etag, body=answer.body)
    )


@dataclass(slots=True)
class Keyed:
    """One POST with an Idempotency-Key: its body, which is read before anything happens, and its answer."""

    key: str
    scope: Scope
    receive_more: Receive
    _body: bytes = b""
    _given: bool = field(default=False, init=False)

    async def read(self) -> None:
        """Read the whole body, to which the key is bound. Raises ClientDisconnect when it does not come whole."""
        parts, more = [], True
        while more:
            message = await self.receive_more()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            parts.append(message.get("body", b""))
            more = message.get("more_body", False)
        self._body = b"".join(parts)

    async def receive(self) -> Message:
        """The body that was read, in one piece; then whatever comes."""
        if self._given:
            return await self.receive_more()
        self._given = True
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def claim(self, work: Work) -> None:
        """Take the key for this very request; see `claim`."""
        query = self.scope.get("query_string", b"")
        await claim(work, self.key, fingerprint(self.scope["method"], self.scope["path"], query, self._body))

    async def keep(self, work: Work, response: Sequence[Message]) -> None:
        """Keep the answer that the messages of a whole response make, without what may be said only once."""
        start, *rest = response
        headers = Headers(raw=start.get("headers", []))
        if SAID_ONCE in headers:
            answer = Answer(start["status"], None, None, b"")
        else:
            body = b"".join(message.get("body", b"") for message in rest)
            answer = Answer(start["status"], headers.get("content-type"), headers.get("etag"), body)
        await keep(work, self.key, answer)


def keyed(scope: Scope, receive: Receive) -> Keyed | None:
    """The request as one that can be repeated; None when it is no POST or carries no key."""
    key = Headers(scope=scope).get("idempotency-key") if scope["method"] == "POST" else None
    return None if key is None else Keyed(key, scope, receive)


async def forget_old(db: AsyncConnection, hours: int) -> int:
    """Delete this tenant's keys that are older than `hours`; returns how many."""
    from datetime import UTC, datetime, timedelta

    gone = await db.execute(
        delete(answered).where(answered.c.at < datetime.now(UTC) - timedelta(hours=hours))
    )
    return gone.rowcount
