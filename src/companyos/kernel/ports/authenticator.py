"""The authenticator: who sent this token. The identity spine is the authenticator."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from ..work import Actor


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says: who, for which tenant and environment, how strongly and when signed in.

    `grant` names the sign-in that the token came from, so that revoking it reaches every token of it.
    """

    subject: str
    tenant: UUID
    tenant_slug: str
    environment: str
    client: str
    grant: str
    scopes: frozenset[str] = frozenset()
    acr: str | None = None
    auth_time: datetime | None = None


class Authenticator(Protocol):
    """Turns a bearer token into an actor, in two steps: the first needs no database."""

    async def verify(self, token: str) -> Claims:
        """Check signature, issuer, audience and time. Raises Unauthenticated saying what is wrong."""
        ...

    async def actor(self, db: AsyncConnection, claims: Claims) -> "Actor":
        """The actor as of now, read in the tenant's transaction: roles, still a member, grant not revoked.

        Raises Unauthenticated when the person left, was locked, or the grant was revoked.
        """
        ...
