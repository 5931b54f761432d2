"""Attacks on signing in: replays, forged forms, addresses and headers, guessing. Every one has to fail."""

from uuid import uuid4

import pytest
from argon2 import extract_parameters

from companyos.spines.identity.identity import identity_of
from companyos.spines.identity.verification import claims_of

from .browsing import OTHER_CLIENT, PASSWORD, Browser, answered
from .conftest import Place


async def test_a_refresh_token_that_comes_twice_ends_the_sign_in(place: Place) -> None:
    browser, person = Browser.at(place.url), await place.person(also=True)
    first = await browser.sign_in(person)
    second = (await browser.refresh(first["refresh_token"])).json()
    elsewhere = (await browser.refresh(second["refresh_token"], tenant="other")).json()
    assert claims_of(elsewhere["access_token"])["tenant"] == str(place.other)
    for token in (second, elsewhere):
        assert (await browser.me(token["access_token"])).status_code == 200
    replayed = await browser.refresh(first["refresh_token"])
    assert replayed.status_code == 400 and replayed.json()["error"] == "invalid_grant"
    for token in (second, elsewhere):
        assert (await browser.me(token["access_token"])).status_code == 401
    assert (await browser.refresh(elsewhere["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_refresh_never_leads_where_the_person_is_no_member(place: Place) -> None:
    browser = Browser.at(place.url)
    tokens = await browser.sign_in(await place.person())
    for where in ({"tenant": "other"}, {"tenant": "absent"}, {"environment": "moon"}):
        answer = await browser.refresh(tokens["refresh_token"], **where)
        assert answer.status_code == 400 and answer.json()["error"] == "invalid_target"
    assert (await browser.refresh(tokens["refresh_token"])).status_code == 200, "it was not used up"


async def test_a_code_is_exchanged_once_by_whom_it_was_given_to(place: Place) -> None:
    browser = Browser.at(place.url)
    code = await browser.code(await place.person())
    wrong: list[dict[str, str]] = [
        {"client_id": OTHER_CLIENT},
        {"redirect_uri": f"{place.url}/signed-in/"},
        {"code_verifier": "x" * 43},
        {"code_verifier": ""},
    ]
    for changed in wrong:
        answer = await browser.exchange(code, **changed)
        assert answer.json()["error"] == "invalid_grant", changed
    tokens = (await browser.exchange(code)).json()
    assert (await browser.me(tokens["access_token"])).status_code == 200
    assert (await browser.exchange(code)).json()["error"] == "invalid_grant"
    assert (await browser.me(tokens["access_token"])).status_code == 401, "what it gave is revoked"


async def test_pkce_is_not_optional(place: Place) -> None:
    browser = Browser.at(place.url)
    for changed in ({"code_challenge": ""}, {"code_challenge_method": "plain"}, {"code_challenge": "short"}):
        told = answered(await browser.get(browser.ask(**changed)))
        assert told["error"] == "invalid_request" and told["iss"] == place.url


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "{url}/signed-in/../evil",
        "{url}/signed-in?x=1",
        "{url}/signed-in#x",
        "{url}.evil.example/signed-in",
        "http://user@127.0.0.1/signed-in",
        "//evil.example",
        "javascript:alert(1)",
        "{url}/signed-in\r\nSet-Cookie: a=b",
        "",
    ],
)
async def test_nobody_is_sent_to_an_unregistered_address(place: Place, target: str) -> None:
    browser = Browser.at(place.url)
    answer = await browser.get(browser.ask(redirect_uri=target.format(url=place.url)))
    assert answer.status_code == 400 and "location" not in answer.headers
    assert "set-cookie: a=b" not in str(answer.headers).lower()


async def test_a_native_client_may_listen_on_any_loopback_port(place: Place) -> None:
    browser = Browser.at(place.url)
    for good in ("http://127.0.0.1:49152/signed-in", "http://[::1]:5000/signed-in"):
        answer = await browser.get(browser.ask(client_id="companyos-cli", redirect_uri=good))
        assert answer.status_code == 303
    for bad in (
        "http://127.0.0.1:49152/other",
        "http://127.0.0.2:1/signed-in",
        "https://127.0.0.1:1/signed-in",
        "http://127.0.0.1:1/signed-in?next=evil",
        "http://127.0.0.1:1\\@evil.example/signed-in",
        "http://a:b@127.0.0.1:1/signed-in",
    ):
        answer = await browser.get(browser.ask(client_id="companyos-cli", redirect_uri=bad))
        assert answer.status_code == 400, bad


async def test_a_ticket_leads_nowhere_else(place: Place) -> None:
    browser, person = Browser.at(place.url), await place.person()
    for ticket in ("https://evil.example", "//evil.example", "%0d%0aSet-Cookie:a=b", "x" * 500):
        page = await browser.get(f"/sign-in?ticket={ticket}")
        sent = await browser.send("/sign-in", page, email=person.email, password=PASSWORD)
        assert sent.status_code == 303 and sent.headers["location"] == "/account"


async def test_nothing_can_be_written_into_headers_or_pages(place: Place) -> None:
    browser = Browser.at(place.url)
    state = 'x\r\nSet-Cookie: evil=1"><script>alert(1)</script>'
    told = await browser.get(browser.ask(state=state, prompt="none"))
    assert answered(told)["state"] == state and "evil" not in told.headers.get("set-cookie", "")
    page = await browser.get((await browser.get(browser.ask(login_hint=state))).headers["location"])
    assert "<script>alert" not in page.text and "&lt;script&gt;" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe-inline" not in page.headers["content-security-policy"]


async def test_a_form_from_elsewhere_is_refused(place: Place) -> None:
    person = await place.person()
    fields = {"email": person.email, "password": PASSWORD}

    bare = Browser.at(place.url)
    assert (await bare.http.post("/sign-in", data=fields)).status_code == 403

    browser = Browser.at(place.url)
    page = await browser.get("/sign-in")
    token = page.text.split('name="form_token" value="')[1].split('"')[0]
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Content-Type": "text/plain"},
    ):
        sent = await browser.http.post("/sign-in", data={**fields, "form_token": token}, headers=headers)
        assert sent.status_code == 403, headers
    stolen = Browser.at(place.url)
    await stolen.get("/sign-in")
    assert (await stolen.http.post("/sign-in", data={**fields, "form_token": token})).status_code == 403
    good = await browser.http.post("/sign-in", data={**fields, "form_token": token})
    assert good.status_code == 303
    cookie = good.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie


async def test_guessing_is_slowed_down_and_a_right_password_then_waits_too(place: Place) -> None:
    person = await place.person()
    for email in (person.email, f"{uuid4().hex}@example.com"):
        browser = Browser.at(place.url)
        page = await browser.get("/sign-in")
        statuses = [
            (await browser.send("/sign-in", page, email=email, password=f"wrong {i}")).status_code
            for i in range(7)
        ]
        assert statuses[:5] == [401] * 5 and statuses[-1] == 429, "known and unknown accounts alike"
        waits = await browser.send("/sign-in", page, email=email, password=PASSWORD)
        assert waits.status_code == 429 and int(waits.headers["retry-after"]) >= 1


async def test_unknown_and_wrong_look_alike_and_take_the_same_work(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Times differ by chance on a busy machine; passes, memory and lanes of Argon2, which make them, do not."""
    person = await place.person()
    passwords = identity_of(place.house).passwords
    work, verify = [], passwords._verify

    def heard(stored: str, given: str) -> bool:
        work.append(extract_parameters(stored))
        return verify(stored, given)

    monkeypatch.setattr(passwords, "_verify", heard)
    browser = Browser.at(place.url)
    page = await browser.get("/sign-in")
    wrong = await browser.send("/sign-in", page, email=person.email, password="x")
    absent = await browser.send("/sign-in", page, email="nobody@example.com", password="x")
    assert wrong.status_code == absent.status_code == 401
    assert wrong.text.replace(person.email, "") == absent.text.replace("nobody@example.com", "")
    assert len(work) == 2 and work[0] == work[1]
