"""Asking over HTTP: what is quoted, charged, answered and recorded, and what is refused with which reason."""

import asyncio
import hashlib
import uuid
from typing import Any

import pytest
from click.testing import CliRunner

from companyos.cli.found import Found, places
from companyos.domains.analytics.store.columns import as_text
from companyos.domains.analytics.tests.sending import Sender, a_sender, event
from companyos.kernel.command import Session
from companyos.testing.world import Client, World

IMPROVE, OPERATE = "product_improvement", "operations"
COUNT = "SELECT event, count(*) AS n FROM analytics.events GROUP BY event"


@pytest.fixture
async def shop(world: World, app_client: Any) -> Sender:
    """A tenant with four events at rest, one of which was collected for operations."""
    sender = await a_sender(world, app_client)
    events = [event(user_id="ada", props={"path": "/secret"}) for _ in range(3)]
    call = {"method": "GET", "route": "/", "status": "2xx", "calls": 1, "duration_ms": 1, "slowest_ms": 1}
    other = {"event": "companyos.api_called", "purpose": OPERATE, "consent_scope": ["support"], "props": call}
    sent = await sender.send(*events, event(**other))
    assert all(verdict["accepted"] for verdict in sent.json()["verdicts"]), sent.text
    await sender.rows(at_once=True)
    return sender


async def ask(who: Client, sql: str, purpose: str = IMPROVE, path: str = "questions", **more: Any) -> Any:
    return await who.post(f"/analytics/{path}", {"sql": sql, "purpose": purpose, **more})


def codes(answer: Any) -> list[str]:
    return [reason["code"] for reason in answer.json()["reasons"]]


async def test_a_question_is_quoted_answered_charged_and_recorded(world: World, shop: Sender) -> None:
    who = await world.person("sre")
    quoted = (await ask(who, COUNT, path="quotes")).json()
    assert quoted["fits"] and quoted["bytes"] == sum(t["bytes"] for t in quoted["tables"]) > 0
    assert quoted["budget"]["person"]["spent"] == 0

    told = await ask(who, COUNT)
    assert told.status_code == 200, told.text
    answer = told.json()
    assert answer["rows"] == [["companyos.page_viewed", 3]], "what was collected for operations is left out"
    assert [c["kind"] for c in answer["columns"]] == ["text", "number"]
    assert answer["bytes_quoted"] == quoted["bytes"] and answer["bytes_spent"] > 0
    assert answer["budget"]["person"]["spent"] == answer["bytes_spent"] == answer["budget"]["tenant"]["spent"]

    (record,) = (await who.get("/audit?action=analytics.question.asked")).json()["items"]
    detail = record["detail"]
    assert detail["purpose"] == IMPROVE and detail["tables"] == ["analytics.events"]
    assert (detail["quote"], detail["spent"]) == (quoted["bytes"], answer["bytes_spent"])
    assert detail["sql_sha256"] == hashlib.sha256(COUNT.encode()).hexdigest()


async def test_no_copy_of_an_answer_is_kept(world: World, shop: Sender) -> None:
    who, key = await world.person("sre"), {"Idempotency-Key": str(uuid.uuid4())}
    asked = {"sql": COUNT, "purpose": IMPROVE}
    first = await who.send("POST", "/analytics/questions", asked, headers=key)
    again = await who.send("POST", "/analytics/questions", asked, headers=key)
    assert (first.status_code, again.status_code) == (200, 409)
    assert (await who.get("/analytics/budgets")).json()["days"][-1]["questions"] == 1


async def test_a_consent_is_not_pieced_together(world: World, shop: Sender) -> None:
    who = await world.person("sre")
    found = await ask(who, "SELECT consents, count(*) FROM analytics.events GROUP BY 1 ORDER BY 2", OPERATE)
    assert found.json()["rows"] == [["|support|", 1]]
    assert as_text(["a|product_analytics", "b"]) == "|b|"


async def test_what_policy_does_not_show_is_masked_with_why(world: World, shop: Sender) -> None:
    text = "SELECT user_id, props FROM analytics.events"
    support, sre = await world.person("support"), await world.person("sre")
    hidden, seen = (await ask(support, text)).json(), (await ask(sre, text)).json()
    assert {tuple(row) for row in hidden["rows"]} == {(None, None)}
    assert {m["column"] for m in hidden["masked"]} == {"analytics.events.user_id", "analytics.events.props"}
    assert all(row[0] and "/secret" in row[1] for row in seen["rows"]) and not seen["masked"]

    logs = await ask(support, "SELECT count(*) FROM telemetry.logs", OPERATE)
    assert logs.status_code == 403
    tables = {t["name"]: t for t in (await support.get("/analytics/tables")).json()["items"]}
    assert tables["analytics.events"]["readable"] and not tables["telemetry.logs"]["readable"]
    assert tables["telemetry.logs"]["why"]


async def test_refusals_say_why_and_change_nothing(world: World, shop: Sender) -> None:
    who = await world.person("sre")
    assert codes(await ask(who, COUNT, "marketing")) == ["wrong_purpose"]
    assert codes(await ask(who, "DROP TABLE analytics.events")) == ["not_a_select"]
    old = await ask(who, COUNT, since="2020-01-01T00:00:00Z")
    assert codes(old) == ["looks_back_too_far"]
    backwards = await ask(who, COUNT, since="2026-01-02T00:00:00Z", until="2026-01-01T00:00:00Z")
    assert backwards.status_code == 422
    failed = await ask(who, "SELECT sum(CAST(event AS bigint)) FROM analytics.events")
    assert failed.status_code == 422 and failed.json()["code"] == "query_failed"
    (record,) = (await who.get("/audit?action=analytics.question.asked")).json()["items"]
    assert record["outcome"] == "failed", "a question that fails was asked, and costs its quote"
    assert record["detail"]["spent"] == record["detail"]["quote"] > 0


async def test_nothing_of_another_tenant_is_read(world: World, shop: Sender) -> None:
    other = await world.person("sre", tenant="elsewhere")
    found = (await ask(other, COUNT)).json()
    assert found["rows"] == [] and found["bytes_spent"] == 0


async def test_a_budget_is_set_kept_and_refused_with_what_to_do(world: World, shop: Sender) -> None:
    admin, who = await world.person("tenant_admin"), await world.person("sre")
    quote = (await ask(who, COUNT, path="quotes")).json()["bytes"]
    assert (await who.put("/analytics/budgets/person", {"bytes": 1})).status_code == 403
    assert (await admin.put("/analytics/budgets/nobody", {"bytes": 1})).status_code == 422

    stranger = await world.person("sre", tenant="elsewhere")
    theirs = await admin.put(f"/analytics/budgets/person:{stranger.id}", {"bytes": 1})
    assert theirs.status_code == 404

    mine = f"/analytics/budgets/person:{who.id}"
    assert (await admin.put(mine, {"bytes": quote})).status_code == 200
    first, second = await asyncio.gather(ask(who, COUNT), ask(who, COUNT))
    assert sorted([first.status_code, second.status_code]) in ([200, 422], [200, 200])
    (await admin.put(mine, {"bytes": 0})).raise_for_status()
    refused = await ask(who, COUNT)
    assert codes(refused) == ["over_budget"] and refused.json()["reasons"][0]["remedy"]["sentence"]
    assert not (await ask(who, COUNT, path="quotes")).json()["fits"]

    seen = (await admin.get("/analytics/budgets")).json()
    assert [p["actor"] for p in seen["people"]] == [f"person:{who.id}"]
    assert seen["days"][-1]["spent"] == seen["today"]["tenant"]["spent"] > 0
    assert (await who.get("/analytics/budgets")).json()["people"] == [], "who asked is for administrators"
    (await admin.put(mine, {"bytes": None})).raise_for_status()
    assert (await ask(who, COUNT)).status_code == 200


async def test_two_questions_never_spend_the_same_bytes(world: World, shop: Sender) -> None:
    """Charged together they fit once: the second is refused, whatever the order."""
    from companyos.domains.analytics.service.budgets import OverBudget, charge
    from companyos.kernel.work import Actor

    admin = await world.person("tenant_admin")
    (await admin.put("/analytics/budgets/tenant", {"bytes": 100})).raise_for_status()
    actor = Actor("person", str(uuid.uuid4()), "somebody")

    async def one() -> bool:
        async with world.house.begin(tenant=shop.tenant, environment="prod", actor=actor) as work:
            try:
                await charge(work, 60)
            except OverBudget:
                return False
            return True

    assert sorted(await asyncio.gather(one(), one(), one())) == [False, False, True]


async def test_the_command_prints_rows_and_what_they_cost(world: World, shop: Sender) -> None:
    who = await world.person("support")
    sql = "SELECT event, count(DISTINCT user_id) AS people FROM analytics.events GROUP BY event"
    answers = {path: (await ask(who, sql, path=path)).json() for path in ("questions", "quotes")}
    sent: list[tuple[str, Any]] = []
    command = Found(places()).load("ask")

    class Remote:
        def post(self, path: str, body: Any) -> Any:
            sent.append((path, body))
            return answers[path.rpartition("/")[2]]

    def run(*line: str) -> Any:
        session = Session(lambda: Remote(), tuple)  # type: ignore[arg-type, return-value]
        return CliRunner().invoke(command, list(line), obj=session)

    told = run(sql, "--purpose", IMPROVE)
    assert told.exit_code == 0, told.output
    assert "companyos.page_viewed" in told.stdout
    assert "not shown in clear" in told.stderr and "are left today" in told.stderr
    assert sent == [("/analytics/questions", {"sql": sql, "purpose": IMPROVE})]
    assert "fits" in run("--quote", sql, "--purpose", IMPROVE).stdout
