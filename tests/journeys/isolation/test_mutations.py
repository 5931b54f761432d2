"""Every route that changes something asks policy and leaves a record; and with a key it does so once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
from starlette.routing import compile_path

from companyos.kernel.house import House
from companyos.testing.world import Client, World

from .changing import change_everything
from .conftest import Neighbours
from .filling import fill
from .routes import Call, Operation, operations
from .sight import PER_KIND, some

ASKS_ONLY = frozenset(
    {
        "decide",
        "explain_decision",
        "make_preflight",
        "simulate_policies",
        "check_plan",
        "dry_run_plan",
        "check_schema",
        "quote_question",
        "try_repair",
    }
)
"""Operations that are posted because their question is long, and change nothing."""
KEYED_OTHERWISE = frozenset({"report_deployment"})
"""Operations that know a repeated request by something else than Idempotency-Key."""
OWN_RECORD = frozenset({"send_events"})
"""Operations that take in what is a record by itself."""
SECRET = frozenset(
    {"invite_person", "create_ingest_key", "collect_ingest_key", "create_hook", "propose_repair"}
)
"""Operations of whose answer no copy is kept, a secret or letters of people: a repeat is told that it was done."""


@dataclass(slots=True)
class Counting:
    """Stands before the gate or the ledger and counts what is asked of it."""

    behind: Any
    counted: Counter[str]

    def __getattr__(self, name: str) -> Any:
        if name in ("decide", "append"):
            self.counted[name] += 1
        return getattr(self.behind, name)


@dataclass(frozen=True, slots=True)
class Done:
    """A change that succeeded: the operation, how often policy was asked, how many records were left."""

    operation: str
    decided: int
    recorded: int
    replayed: httpx.Response | None
    answer: httpx.Response


class Watched(Client):
    """A client that notes what each of its changes did in the house, and sends each creation twice."""

    known: list[Operation]
    counted: Counter[str]
    done: list[Done]

    async def send(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        keyed = {**(headers or {}), "Idempotency-Key": str(uuid4())} if method == "POST" else headers
        before = self.counted.copy()
        answer = await super().send(method, path, body, keyed, **more)
        made = self.counted - before
        if method != "GET" and answer.is_success:
            operation = self.operation(method, path)
            twice = answer.status_code == 201 and operation not in KEYED_OTHERWISE
            again = await super().send(method, path, body, keyed, **more) if twice else None
            self.done.append(Done(operation, made["decide"], made["append"], again, answer))
        return answer

    def operation(self, method: str, path: str) -> str:
        """Which operation a request went to: the most specific address that fits."""
        fitting = [
            o for o in self.known if o.method == method and compile_path(o.path)[0].match(f"/api/v1{path}")
        ]
        return min(fitting, key=lambda o: o.path.count("{")).id


@pytest.fixture
def counted(house: House) -> Iterator[Counter[str]]:
    """What is asked of the gate and the ledger meanwhile."""
    counter: Counter[str] = Counter()
    gate, ledger = house.gate, house.ledger
    house.gate, house.ledger = cast(Any, Counting(gate, counter)), cast(Any, Counting(ledger, counter))
    yield counter
    house.gate, house.ledger = gate, ledger


async def test_every_change_is_permitted_recorded_and_made_once(world: World, counted: Counter[str]) -> None:
    document = (await world.http.get("/api/v1/openapi.json")).json()
    known, done = operations(document), list[Done]()

    def watched(who: Client) -> Watched:
        watching = Watched(**{field.name: getattr(who, field.name) for field in fields(Client)})
        watching.known, watching.counted, watching.done = known, counted, done
        return watching

    filled = await fill(world, "watched", watched)
    await change_everything(world, filled)

    never = {o.id for o in known if o.mutates} - {one.operation for one in done}
    assert never == set(), "no request to these succeeded here: add one to fill or change_everything"
    unasked = {one.operation for one in done if not one.decided} - ASKS_ONLY
    assert unasked == set(), "these changed something without asking policy (work.permit)"
    unrecorded = {one.operation for one in done if not one.recorded} - ASKS_ONLY - OWN_RECORD
    assert unrecorded == set(), "these changed something without an audit record (work.record)"

    for one in done:
        if one.replayed is not None and one.operation in SECRET:
            reason = one.replayed.json()["reasons"][0]
            assert (one.replayed.status_code, reason["code"]) == (409, "conflict"), one.operation
            assert "only once" in reason["sentence"]
            said = (one.answer.json().get(name) for name in ("code", "key", "secret"))
            assert not any(secret in one.replayed.text for secret in said if secret), one.operation
        elif one.replayed is not None:
            assert one.replayed.headers.get("idempotency-replayed") == "true", one.operation
            assert (one.replayed.status_code, one.replayed.content) == (201, one.answer.content), (
                one.operation
            )
    created = {o.id for o in known if "201" in document["paths"][o.path][o.method.lower()]["responses"]}
    assert created - KEYED_OTHERWISE == {one.operation for one in done if one.replayed is not None}


OWN = frozenset({"decide", "explain_decision", "end_session", "choose_consent"})
"""What a member without any role may still do: ask what they may and why, end their own sign-in, and choose what is
collected of them."""


async def test_a_member_without_a_role_changes_nothing(neighbours: Neighbours) -> None:
    """Every change, of every thing there is, with the emptiest body and the usual one."""
    shown = neighbours.our_sight.shown
    nobody = await neighbours.world.person(tenant=neighbours.ours.who.slug)
    for operation in (one for one in neighbours.known if one.mutates and one.id not in OWN):
        above = shown.get(operation.path.partition("/{")[0], {"x": ""})
        for value in some(above, PER_KIND) if operation.naming else ["x"]:
            if all(slot.takes(value) for slot in operation.naming):
                path = {slot.name[0]: value for slot in operation.naming}
                for body in ({}, operation.body):
                    answer = await Call(operation, path, operation.query, body).send(nobody)
                    assert answer.status_code >= 400, f"{operation.id} {path} {body}: {answer.text}"
