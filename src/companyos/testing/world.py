"""A small world to test in: tenants that are made when they are named, and people who talk to the API.

    async def test_something(world: World) -> None:
        sre = await world.person("sre")
        answer = await sre.post("/incidents", {"title": "Checkout is slow", "severity": "sev2"})

Each test has tenants of its own, so tests never see each other's rows though they share one running house.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from starlette.types import ASGIApp

from companyos.app.relay import Relay
from companyos.kernel.house import House
from companyos.kernel.ids import new_id
from companyos.kernel.work import MFA, PASSWORD
from companyos.spines.identity.identity import identity_of
from companyos.spines.identity.store import grants, people, tenants
from companyos.spines.identity.tokens import Minted, access_token

ENVIRONMENTS = ("prod", "stage")
CLIENT = "companyos-console"


@dataclass(slots=True)
class Client:
    """Somebody with a token. Paths are below `/api/v1` unless they start with `//`."""

    http: httpx.AsyncClient
    token: str
    tenant: UUID
    slug: str
    id: UUID

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def send(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        url = path[1:] if path.startswith("//") else f"/api/v1{path}"
        sent = {**self.headers, **(headers or {})}
        return await self.http.request(method, url, json=body, headers=sent, **more)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.send("GET", path, **more)

    async def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return await self.send("POST", path, body, **more)

    async def put(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return await self.send("PUT", path, body, **more)

    async def patch(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return await self.send("PATCH", path, body, **more)

    async def delete(self, path: str, **more: Any) -> httpx.Response:
        return await self.send("DELETE", path, **more)


@dataclass(slots=True)
class World:
    """One test's tenants on a running house. `http` speaks to the application without a socket."""

    house: House
    http: httpx.AsyncClient
    _tenants: dict[str, tuple[UUID, str]] = field(default_factory=dict)

    async def tenant(self, name: str = "home") -> UUID:
        """The id of this test's tenant of that name; made when first asked for."""
        return (await self._tenant(name))[0]

    async def _tenant(self, name: str) -> tuple[UUID, str]:
        if name not in self._tenants:
            id_ = new_id()
            slug = f"{name}-{id_.hex[-10:]}"
            async with self.house.begin(tenant=id_) as work:
                new = tenants.Tenant(id_, slug, name.capitalize(), "eu", False, 1, work.now)
                await tenants.add(work.db, new, ENVIRONMENTS)
            self._tenants[name] = (id_, slug)
        return self._tenants[name]

    async def person(
        self,
        *roles: str,
        tenant: str = "home",
        environment: str = "prod",
        mfa_ago: timedelta | None = None,
        name: str = "",
    ) -> Client:
        """A member with these roles, signed in now. `mfa_ago` says how long ago a second factor was given."""
        tenant_id, slug = await self._tenant(tenant)
        person, grant, now = uuid4(), new_id(), datetime.now(UTC)
        shown = name or (roles[0].replace("_", " ") if roles else "nobody")
        acr, auth_time = (PASSWORD, now) if mfa_ago is None else (MFA, now - mfa_ago)
        async with self.house.begin(tenant=tenant_id) as work:
            email = f"{person.hex[-12:]}@{slug}.example"
            await people.add(work.db, people.Person(person, email, shown, "active", None, None, None, now))
            await people.put_membership(work.db, tenant_id, person, shown, roles, ENVIRONMENTS, now)
            await grants.put(
                work.db,
                grants.Grant(
                    tenant_id=tenant_id,
                    id=grant,
                    person_id=person,
                    account_id=None,
                    session_id=None,
                    client_id=CLIENT,
                    scope="openid",
                    acr=acr,
                    auth_time=auth_time,
                    device="test",
                    created_at=now,
                    used_at=now,
                    expires_at=now + timedelta(hours=1),
                    revoked_at=None,
                ),
            )
        minted = Minted(str(person), CLIENT, grant, tenant_id, slug, environment, "openid", acr, auth_time)
        token = await access_token(identity_of(self.house), minted, now)
        return Client(self.http, token, tenant_id, slug, person)

    async def deliver(self) -> None:
        """Let the relay deliver everything that is due, here and now."""
        relay = Relay(self.house, asyncio.Event())
        while await relay.deliver_batch():
            pass


def in_process(app: ASGIApp) -> httpx.AsyncClient:
    """A client that calls the application directly."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8700")
