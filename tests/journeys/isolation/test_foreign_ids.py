"""Every route with every value that another tenant's answers show: nothing of theirs comes back or changes."""

from urllib.parse import quote
from uuid import UUID

import pytest

from companyos.testing.world import Client

from .conftest import Neighbours
from .filling import ALL_ROLES, FRESH, settle
from .routes import Call, plain
from .sight import (
    answers,
    differing,
    everywhere,
    leaked,
    placed,
    plainly,
    shapes,
    shared_ids,
    snapshot,
    some,
    twin,
)

PERSONAS = (*((role,) for role in ALL_ROLES), ("finance_ops",), ("support",), ())
MANY = 1
"""Of each kind of value so many are tried in every path: there are dozens of audit records and they are all alike."""
SHARED_ACCOUNTS = frozenset({"invite_person"})
"""A person has one account for all tenants, found by its address, and keeps its id in all of them. Inviting one must
tell no more than inviting somebody new does; the test below compares the two."""
NAMED_OTHERWISE = frozenset({"preflight_deployment", "get_policy_set_version"})
"""Reads of what no value names: a verb besides the id, and a number that each tenant counts for itself."""
ASKED = ("id", "q", "subject")
PARAMETERS = ("q", "id", "tenant", "client_id", "ticket", "user_code", "login_hint", "token", "code", "state")
"""What the plain routes might take a value in: they have no description that could be asked."""


def coverage(neighbours: Neighbours) -> set[str]:
    return {call.operation.id for call in neighbours.their_sight.calls}


async def test_the_neighbours_show_enough_to_be_worth_hiding(neighbours: Neighbours) -> None:
    reads = {operation.id for operation in neighbours.known if not operation.mutates}
    assert reads - coverage(neighbours) <= NAMED_OTHERWISE, "a read that never answered hides nothing"
    kinds = set(neighbours.secrets.values())
    assert len(neighbours.secrets) > 100 and len(kinds) > 40
    assert shared_ids(neighbours.their_sight, neighbours.our_sight) == []


def _place(kind: str) -> str:
    """What is called an id is one in each list apart; any other field is the same wherever it stands."""
    field = kind.rpartition(".")[2]
    return kind if field.startswith("id") else field


async def test_every_name_of_theirs_names_nothing_here(neighbours: Neighbours) -> None:
    """The strongest member of our tenant, with every value in every path; and nothing of theirs has changed after."""
    faults = []
    secrets = some({value: _place(kind) for value, kind in neighbours.secrets.items()}, MANY)
    before = await snapshot(neighbours.theirs.who, neighbours.their_sight, later=True)
    for operation in neighbours.known:
        named = [c for c, v in everywhere(operation, secrets) if v in c.path.values()]
        async for call, answer in answers(neighbours.ours.who, named):
            if answer.is_success or leaked(neighbours.secrets, answer, call.text):
                faults.append(f"{call.text}: {answer.status_code} {answer.text[:200]}")
            assert answer.status_code < 500, answer.text
    assert faults == [], "\n".join(faults)
    await settle(neighbours.world)
    assert differing(before, await snapshot(neighbours.theirs.who, neighbours.their_sight, later=True)) == []


PARSED = ("source", "mail", "sql")
"""Fields whose words are taken apart: a refusal says what is wrong with the very text, and looks nothing up."""


async def test_absent_and_forbidden_are_told_alike(neighbours: Neighbours) -> None:
    """A value of theirs and one that names nothing at all, in every place: two answers that cannot be told apart."""
    faults = []
    ours = neighbours.ours.who
    names = shapes(neighbours.secrets, marks="@:")
    main_shapes = shapes(neighbours.secrets, marks=":")
    for operation in (one for one in neighbours.known if one.id not in SHARED_ACCOUNTS):
        for slot in operation.slots:
            if slot.name[-1] in PARSED:
                continue
            for value in filter(slot.takes, main_shapes if slot.where == "body" else names):
                call = placed(operation, slot, value)
                theirs = await call.send(ours)
                absent = await placed(operation, slot, twin(value)).send(ours)
                assert theirs.status_code < 500, f"{call.text}: {theirs.text}"
                if found := leaked(neighbours.secrets, theirs, call.text):
                    faults.append(f"{call.text} shows {found}")
                if operation.mutates and theirs.is_success:
                    continue  # it made something of our own, which the next request then finds there
                told = plainly(theirs, value), plainly(absent, twin(value))
                if told[0] != told[1]:
                    faults.append(f"{call.text}: {told[0]} / {told[1]}")
    assert faults == [], "\n".join(faults)


async def test_inviting_somebody_does_not_tell_that_they_have_an_account(neighbours: Neighbours) -> None:
    """A third tenant invites: who is invited is a member there from then on, and is no secret in it."""
    theirs = (await neighbours.theirs.who.get(f"/people/{neighbours.theirs.who.id}")).json()
    host = await neighbours.world.person("tenant_admin", tenant="numbat", mfa_ago=FRESH)
    whom = {"email": theirs["email"], "name": "Robin", "roles": ["support"], "environments": ["prod"]}
    answer = await host.post("/people", whom)
    assert answer.status_code == 201, answer.text
    assert set(leaked(neighbours.secrets, answer, theirs["email"])) <= {theirs["id"]}
    nobody = {**whom, "email": f"new-{theirs['email']}"}
    absent = (await host.post("/people", nobody)).json()
    told, new = answer.json()["person"], absent["person"]
    assert {k for k in told if told[k] != new[k]} <= {"id", "email", "created_at"}
    assert UUID(told["id"]).version == UUID(new["id"]).version == 4, (
        "an id must not tell how old an account is"
    )


@pytest.mark.parametrize("roles", PERSONAS, ids=lambda roles: roles[0] if roles else "nobody")
async def test_no_persona_reads_what_is_theirs(neighbours: Neighbours, roles: tuple[str, ...]) -> None:
    who = await neighbours.world.person(*roles, tenant="marmot", mfa_ago=FRESH)
    values = shapes(neighbours.secrets)
    for operation in (o for o in neighbours.known if not o.mutates):
        calls = [
            c for c, v in everywhere(operation, values) if v in (*c.path.values(), *map(c.query.get, ASKED))
        ]
        async for call, answer in answers(who, calls):
            assert leaked(neighbours.secrets, answer, call.text) == [], call.text


async def test_plain_routes_tell_nothing(neighbours: Neighbours) -> None:
    who: Client = neighbours.ours.who
    for method, path in plain(neighbours.world.house):
        for value in shapes(neighbours.secrets):
            where = path.replace("{name}", quote(value, safe=""))
            fields = dict.fromkeys(PARAMETERS, value)
            sent = {"data": fields} if method == "POST" else {"params": fields}
            answer = await who.http.request(method, where, headers=who.headers, **sent)
            assert answer.status_code < 500, f"{method} {path}: {answer.text}"
            assert leaked(neighbours.secrets, answer, f"{value}{where}") == [], f"{method} {path}"


async def test_their_context_is_not_ours_to_name(neighbours: Neighbours) -> None:
    theirs = neighbours.theirs.who
    for name in (theirs.slug, str(theirs.tenant)):
        for operation in neighbours.known:
            if operation.id == "report_deployment":
                continue  # it is believed by its signature and takes no token
            call = next(
                (c for c in neighbours.our_sight.calls if c.operation.id == operation.id), Call(operation)
            )
            call = Call(
                operation, call.path or {s.name[0]: "x" for s in operation.naming}, call.query, operation.body
            )
            answer = await call.send(neighbours.ours.who, **{"CompanyOS-Tenant": name})
            assert answer.status_code in (403, 404, 422), f"{call.text}: {answer.status_code}"
            assert leaked(neighbours.secrets, answer, f"{call.text}{name}") == []
