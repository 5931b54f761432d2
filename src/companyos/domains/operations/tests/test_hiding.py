"""What may not be seen is answered exactly as what is absent: content, status, headers, and the work that is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from companyos.kernel.ports.database import Database
from companyos.testing.world import Client, World

SECRET = {"name": "secret-ledger", "title": "Secret ledger", "owner": "vault", "tier": "t0"}
BY_THE_CLOCK = "FROM policy.version"
"""Whether policies have changed is asked once a second, whatever the request is about."""
CHANGING = {"date", "x-request-id", "traceparent", "server-timing"}


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """Every statement that reaches the database meanwhile."""
    said: list[str] = []
    engine = world.house.adapter(Database).app.sync_engine

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if BY_THE_CLOCK not in statement:
            said.append(statement)

    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)


async def asked(
    world: World, who: Client, path: str
) -> tuple[int, dict[str, str], dict[str, Any], list[str]]:
    with statements(world) as said:
        answer = await who.get(path)
    headers = {name: value for name, value in answer.headers.items() if name not in CHANGING}
    body = {name: value for name, value in answer.json().items() if name not in ("request_id", "instance")}
    return answer.status_code, headers, body, said


@pytest.mark.parametrize("kind", ["services", "incidents"])
async def test_a_hidden_thing_and_an_absent_one_take_the_same_queries_to_the_same_answer(
    world: World, kind: str
):
    """Times of two requests differ by chance; the statements that they send do not. Policy is asked once in both."""
    sre, nobody = await world.person("sre"), await world.person()
    assert (await sre.post("/services", SECRET)).status_code == 201
    opened = await sre.post("/incidents", {"title": "Leak", "severity": "sev1"})
    hidden = {"services": SECRET["name"], "incidents": opened.json()["id"]}[kind]
    absent = {"services": "secret-archiv", "incidents": str(uuid4())}[kind]
    await asked(world, nobody, f"/{kind}/{absent}")  # so that neither is the first to be asked
    told_hidden = await asked(world, nobody, f"/{kind}/{hidden}")
    told_absent = await asked(world, nobody, f"/{kind}/{absent}")
    assert told_hidden == told_absent
    assert told_hidden[0] == 404
    assert len(told_hidden[3]) > 1
    assert (await sre.get(f"/{kind}/{hidden}")).status_code == 200


async def test_a_question_about_a_hidden_thing_is_answered_as_about_an_absent_one(world: World):
    sre, nobody = await world.person("sre"), await world.person()
    await sre.post("/services", SECRET)
    check = {"action": "operations:service.archive", "type": "operations.service"}
    for path in ("/decisions", "/decisions/why"):
        answers = []
        for name in (SECRET["name"], "secret-archiv"):
            one = {**check, "id": name}
            with statements(world) as said:
                answer = await nobody.post(path, {"checks": [one]} if path == "/decisions" else one)
            answers.append((answer.status_code, answer.json(), said))
        assert answers[0] == answers[1]
