"""Text with a meaning elsewhere (SQL, patterns, Unicode) is kept, found and compared as the text that it is."""

import pytest

from companyos.testing.world import Client, World

QUERIES = {
    "/services": ("q", "owner"),
    "/search": ("q",),
    "/deployments": ("service", "environment"),
    "/incidents": ("service",),
    "/audit": ("subject", "actor", "action"),
    "/evidence": ("subject",),
    "/telemetry/logs": ("q", "service", "trace_id"),
    "/telemetry/traces": ("service",),
    "/graph/neighbours?type=operations.service": ("id",),
}
SQL = (
    "%",
    "_",
    "\\",
    "\\%",
    "'",
    "''",
    "' or '1'='1",
    "'; select pg_sleep(9) --",
    '"',
    "$1",
    ":q",
    "%%",
    "{}",
    "(a",
)


@pytest.mark.parametrize("text", SQL)
async def test_a_query_is_looked_for_as_it_is(engineer: Client, text: str) -> None:
    await engineer.post("/services", {"name": "plain", "title": "Plain", "owner": "owners"})
    for path, names in QUERIES.items():
        for name in names:
            answer = await engineer.get(path, params={name: text})
            assert answer.status_code < 500, f"{path} {name}: {answer.text}"
            if answer.status_code == 200:
                assert not answer.json().get("items"), f"{path} {name} found what does not hold {text!r}"
            else:
                assert answer.json()["reasons"][0]["sentence"], f"{path} {name}"


@pytest.mark.parametrize(
    "text", ["100% sure", "under_score", "back\\slash", "it's", 'say "so"', "a:b", "ünï ☃ 日本"]
)
async def test_what_holds_the_text_is_found_and_nothing_else(engineer: Client, text: str) -> None:
    for name, title in (("has-it", f"x {text} y"), ("has-not", "x 100 sure under-score backslash its y")):
        made = await engineer.post("/services", {"name": name, "title": title})
        assert made.status_code == 201 and made.json()["title"] == title
    found = (await engineer.get("/services", params={"q": text})).json()
    assert [one["name"] for one in found["items"]] == ["has-it"]


LOOKALIKES = (
    "p\u0430yments",
    "payments\u200b",
    "\uff50ayments",
    "payments\u0301",
    "payment\u017f",
    "payments ",
)


async def test_names_that_only_look_alike_are_refused_or_different(engineer: Client) -> None:
    assert (await engineer.post("/services", {"name": "payments"})).status_code == 201
    for lookalike in LOOKALIKES:
        assert (await engineer.post("/services", {"name": lookalike})).status_code == 422, ascii(lookalike)
        assert (await engineer.get(f"/services/{lookalike}")).status_code in (404, 422), ascii(lookalike)


async def test_one_address_is_one_person_however_it_is_written(world: World) -> None:
    admin = await world.person("tenant_admin")
    whom = {"name": "Robin", "roles": ["support"], "environments": ["prod"]}
    mail = f"robin@{admin.slug}.example"
    first = await admin.post("/people", {"email": mail, **whom})
    assert first.status_code == 201, first.text
    again = await admin.post("/people", {"email": mail.upper(), **whom})
    assert again.status_code == 409, again.text
    for lookalike in (f"rob\u0131n@{admin.slug}.example", f"ｒobin@{admin.slug}.example"):
        answer = await admin.post("/people", {"email": lookalike, **whom})
        if answer.status_code == 201:
            assert answer.json()["person"]["id"] != first.json()["person"]["id"], ascii(lookalike)
        else:
            assert answer.status_code in (409, 422), answer.text


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a\x1b[31mb"])
async def test_what_cannot_be_kept_is_refused_in_words(engineer: Client, text: str) -> None:
    import json

    for path, body in (
        ("/services", {"name": "odd", "title": text}),
        ("/services", {"name": "odd", "annotations": {text: "x"}}),
        ("/incidents", {"title": f"xxx{text}", "severity": "sev2"}),
        ("/deployments", {"service": "odd", "version": text}),
        ("/decisions", {"checks": [{"action": text}]}),
    ):
        sent = json.dumps(body).encode()
        answer = await engineer.post(path, content=sent, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 404, 422), f"{path}: {answer.text}"
        assert answer.json()["reasons"][0]["code"], path
