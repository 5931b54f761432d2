"""The boundary keeps its promises: one request, one transaction, one answer per idempotency key, limits in words."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.adapters.postgres.database import PostgresDatabase
from companyos.app.compose import asgi
from companyos.app.transactions import Transactions
from companyos.kernel.decision import Decision, Reason
from companyos.kernel.domain import Domain
from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.house import House
from companyos.kernel.http import WorkDep, say_once
from companyos.kernel.ids import new_id
from companyos.kernel.ports.authenticator import Authenticator, Claims
from companyos.kernel.ports.database import Database
from companyos.kernel.problems import Conflict
from companyos.kernel.settings import Settings
from companyos.kernel.work import Actor, Work
from companyos.testing.world import in_process

TENANT = new_id()
router = APIRouter()


class Thing(BaseModel):
    name: str


@router.post("/things", status_code=201)
async def add_thing(body: Thing, work: WorkDep) -> dict[str, str]:
    """Add a thing, slowly."""
    await work.db.execute(text("insert into probe.thing values (:name)"), {"name": body.name})
    await asyncio.sleep(0.05)
    return {"id": str(new_id())}


@router.post("/secrets", status_code=201)
async def make_secret(work: WorkDep, response: Response) -> dict[str, str]:
    """Answer with a secret."""
    say_once(response)
    return {"secret": "xyzzy"}


@router.post("/spoilt")
async def spoil(work: WorkDep) -> None:
    """Write, then fail."""
    await work.db.execute(text("insert into probe.thing values ('spoilt')"))
    raise Conflict("No.")


@router.post("/broken")
async def break_(work: WorkDep) -> None:
    """Write, then meet a fault."""
    await work.db.execute(text("insert into probe.thing values ('broken')"))
    raise ZeroDivisionError


@router.post("/late")
async def late(work: WorkDep) -> dict[str, str]:
    """Break a rule that the database checks at commit."""
    await work.db.execute(text("insert into probe.late values (1), (1)"))
    return {"said": "too early"}


@router.post("/forbidden")
async def forbidden(work: WorkDep) -> None:
    """Ask for what nobody may."""
    await work.permit("probe:thing.forbid", Resource(EntityRef("probe.thing", "x")))


@router.get("/sleep")
async def sleep() -> None:
    """Take longer than allowed."""
    await asyncio.sleep(5)


class OnlyMe:
    """An authenticator that knows one token."""

    async def verify(self, token: str) -> Claims:
        return Claims(token, TENANT, "acme", "prod", "test", "grant")

    async def actor(self, db: AsyncConnection, claims: Claims) -> Actor:
        return Actor("service", claims.subject, claims.subject)


class NobodyMay:
    """A gate that is closed."""

    async def decide(self, work: Work, action: str, on: Resource, plan: object = None) -> Decision:
        return Decision(False, action, str(on.ref), (Reason("closed", "Nobody may."),))


class Notebook:
    """A ledger in the Work's transaction, so that tests see what was committed."""

    async def append(self, work: Work, action: str, subject: EntityRef, **more: Any) -> UUID:
        note = f"{action} {more['outcome']} {work.actor.ref}"
        await work.db.execute(text("insert into probe.note values (:note)"), {"note": note})
        return new_id()

    async def pack(self, work: Work, record: UUID, **more: Any) -> UUID:
        raise NotImplementedError


@pytest.fixture
async def http(database: PostgresDatabase) -> AsyncIterator[httpx.AsyncClient]:
    async with database.owner.begin() as db:
        await db.execute(text("create schema probe"))
        await db.execute(text("create table probe.thing (name text)"))
        await db.execute(text("create table probe.note (note text)"))
        await db.execute(text("create table probe.late (n int unique deferrable initially deferred)"))
        await db.execute(text("grant usage on schema probe to companyos_app"))
        await db.execute(text("grant all on all tables in schema probe to companyos_app"))
    settings = Settings(
        max_body_bytes=2048, request_timeout_seconds=0.8, rate_per_second=1000, rate_burst=1000
    )
    house = House(settings=settings, parts=(Domain(name="probe", title="Probe", router=router),))
    house.adapters = {Database: database, Authenticator: OnlyMe()}
    house.gate, house.ledger, house.begin = NobodyMay(), Notebook(), Transactions(house)
    async with in_process(asgi(house)) as client:
        client.headers["Authorization"] = "Bearer me"
        yield client


async def kept(database: PostgresDatabase, table: str = "thing") -> list[str]:
    async with database.app.connect() as db:
        return list(await db.scalars(text(f"select * from probe.{table}")))


async def test_the_same_key_at_the_same_moment_does_it_once_and_answers_both(
    http: httpx.AsyncClient, database: PostgresDatabase
) -> None:
    asked = [
        http.post("/api/v1/things", json={"name": "one"}, headers={"Idempotency-Key": "k1"}) for _ in range(8)
    ]
    answers = await asyncio.gather(*asked)
    assert {a.status_code for a in answers} == {201}
    assert len({a.text for a in answers}) == 1
    assert sum("idempotency-replayed" in a.headers for a in answers) == 7
    assert await kept(database) == ["one"]


async def test_a_key_is_bound_to_its_request_and_its_actor(http: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "k1"}
    first = await http.post("/api/v1/things", json={"name": "one"}, headers=key)
    other = await http.post("/api/v1/things", json={"name": "two"}, headers=key)
    assert other.status_code == 422
    assert "different request" in other.json()["detail"]
    somebody = await http.post(
        "/api/v1/things", json={"name": "one"}, headers={**key, "Authorization": "Bearer you"}
    )
    assert somebody.status_code == 201
    assert somebody.json() != first.json()


async def test_a_failed_request_gives_its_key_back(http: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "k2"}
    for _ in range(2):
        failed = await http.post("/api/v1/spoilt", headers=key)
        assert failed.status_code == 409
        assert "idempotency-replayed" not in failed.headers


@pytest.mark.parametrize(("path", "status"), [("spoilt", 409), ("broken", 500), ("late", 409)])
async def test_what_does_not_succeed_leaves_nothing(
    http: httpx.AsyncClient, database: PostgresDatabase, path: str, status: int
) -> None:
    answer = await http.post(f"/api/v1/{path}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "ZeroDivision" not in answer.text
    assert await kept(database) == []
    assert await kept(database, "late") == []


async def test_a_refusal_is_recorded_though_the_request_rolls_back(
    http: httpx.AsyncClient, database: PostgresDatabase
) -> None:
    refused = await http.post("/api/v1/forbidden")
    assert refused.status_code == 403
    assert refused.json()["reasons"][0]["sentence"] == "Nobody may."
    assert await kept(database, "note") == ["policy.access.denied denied service:me"]


async def test_the_context_of_the_screen_must_be_the_tokens(http: httpx.AsyncClient) -> None:
    for header in ({"CompanyOS-Tenant": "other"}, {"CompanyOS-Environment": "stage"}):
        answer = await http.post("/api/v1/things", json={"name": "x"}, headers=header)
        assert answer.status_code == 403
        assert answer.json()["reasons"][0]["code"] == "context_mismatch"
    fits = {"CompanyOS-Tenant": "acme", "CompanyOS-Environment": "prod"}
    assert (await http.post("/api/v1/things", json={"name": "x"}, headers=fits)).status_code == 201


async def test_no_token_is_told_how_to_get_one(http: httpx.AsyncClient) -> None:
    answer = await http.post("/api/v1/things", json={"name": "x"}, headers={"Authorization": ""})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["reasons"][0]["remedy"]["kind"] == "sign_in"


async def test_bad_bodies_are_told_where_they_are_wrong(http: httpx.AsyncClient) -> None:
    broken = await http.post(
        "/api/v1/things", content=b'{"name": ', headers={"Content-Type": "application/json"}
    )
    assert broken.status_code == 400
    assert broken.json()["reasons"][0]["where"] == "byte 9"
    wrong = await http.post("/api/v1/things", json={"name": 5})
    assert wrong.status_code == 422
    assert wrong.json()["reasons"][0]["where"] == "/name"


async def test_a_body_over_the_limit_is_refused_declared_or_not(http: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield b"x" * 1000

    declared = await http.post("/api/v1/things", content=b"x" * 3000)
    streamed = await http.post("/api/v1/things", content=chunks())
    for answer in (declared, streamed):
        assert answer.status_code == 413
        assert "2048 bytes" in answer.json()["detail"]


async def test_a_request_that_takes_too_long_is_ended_in_words(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/sleep")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert "0.8 s" in answer.json()["detail"]


async def test_too_many_requests_are_told_when_to_come_back(
    http: httpx.AsyncClient, database: PostgresDatabase
) -> None:
    slow = Settings(rate_per_second=0.1, rate_burst=2)
    house = House(settings=slow, parts=())
    async with in_process(asgi(house)) as client:
        answers = [await client.get("/api/v1/nothing") for _ in range(3)]
    assert [a.status_code for a in answers[:2]] != [429, 429]
    assert answers[2].status_code == 429
    assert int(answers[2].headers["retry-after"]) >= 9


async def test_every_answer_carries_strict_headers(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/openapi.json")
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["strict-transport-security"]
    forged = await http.get("/api/v1/openapi.json", headers={"X-Request-Id": "a b\tc" * 40})
    assert forged.headers["x-request-id"] != "a b\tc" * 40


async def test_a_secret_is_said_once_and_kept_nowhere(
    http: httpx.AsyncClient, database: PostgresDatabase
) -> None:
    key = {"Idempotency-Key": "secret"}
    first = await http.post("/api/v1/secrets", headers=key)
    assert first.status_code == 201
    again = await http.post("/api/v1/secrets", headers=key)
    assert again.status_code == 409
    assert "only once" in again.json()["detail"]
    async with database.app.begin() as db:
        await db.execute(
            text("select set_config('companyos.tenant', :tenant, true)"), {"tenant": str(TENANT)}
        )
        kept_answers = (await db.execute(text("select body, content_type from app.answered"))).all()
    assert [tuple(row) for row in kept_answers] == [(b"", None)]
