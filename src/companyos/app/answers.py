"""Idempotency keys: a repeated POST gets the first answer again and changes nothing.

After the IETF draft "The Idempotency-Key HTTP Header Field". The key is claimed by an insert in the request's
own transaction, so a second request with it waits until the first has committed or rolled back.
"""

import hashlib
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

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


async def forget_old(db: AsyncConnection, hours: int) -> int:
    """Delete this tenant's keys that are older than `hours`; returns how many."""
    from datetime import UTC, datetime, timedelta

    gone = await db.execute(
        delete(answered).where(answered.c.at < datetime.now(UTC) - timedelta(hours=hours))
    )
    return gone.rowcount
