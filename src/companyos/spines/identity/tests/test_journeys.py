"""From an invitation to signing out; devices; what a locked person can still do (nothing)."""

import httpx
import pyotp

from companyos.kernel.work import MFA
from companyos.spines.identity.public import found_tenant
from companyos.spines.identity.verification import claims_of

from .browsing import SEED, Browser, Person, answered
from .conftest import Place

CLI = "companyos-cli"


async def test_the_first_administrator_gets_in_with_the_one_time_code(place: Place) -> None:
    invited = await found_tenant(
        place.house, slug="fresh", name="Fresh", admin_email="First@Example.com", admin_name="Sam First"
    )
    browser, own = Browser.at(place.url), "a password of my own"
    page = await browser.get("/sign-in/first")
    short = await browser.send(
        "/sign-in/first", page, email="first@example.com", code=invited.code, password="short"
    )
    assert short.status_code == 422 and "12" in short.text
    wrong = await browser.send(
        "/sign-in/first", page, email="first@example.com", code="AAAA-BBBB", password=own
    )
    assert wrong.status_code == 401
    right = await browser.send(
        "/sign-in/first", page, email="first@example.com", code=invited.code.lower(), password=own
    )
    assert right.status_code == 303
    answer = answered(await browser.get(browser.ask(prompt="none")))
    tokens = (await browser.exchange(answer["code"])).json()
    assert (await browser.me(tokens["access_token"])).json()["roles"] == ["tenant_admin"]
    again = await browser.send(
        "/sign-in/first", page, email="first@example.com", code=invited.code, password="another password"
    )
    assert again.status_code == 401, "the code is used up"


async def test_an_invitation_never_replaces_a_password(place: Place) -> None:
    person = await place.person()
    invited = await found_tenant(
        place.house, slug="second", name="Second", admin_email=person.email, admin_name="Somebody Else"
    )
    browser = Browser.at(place.url)
    page = await browser.get("/sign-in/first")
    sent = await browser.send(
        "/sign-in/first", page, email=person.email, code=invited.code, password="of the inviter, 123"
    )
    assert sent.status_code == 200 and "You have an account" in sent.text
    tokens = await browser.sign_in(person, tenant="second")
    assert (await browser.me(tokens["access_token"])).json()["person"]["name"] == "Robin Vega"


async def test_signing_out_ends_the_session_and_every_grant_of_it(place: Place) -> None:
    browser = Browser.at(place.url)
    tokens = await browser.sign_in(await place.person())
    ended = await browser.get(
        f"/oauth/sign-out?id_token_hint={tokens['id_token']}&state=bye"
        f"&post_logout_redirect_uri={place.url}/&client_id=companyos-console"
    )
    assert ended.headers["location"] == f"{place.url}/?state=bye"
    assert (await browser.me(tokens["access_token"])).status_code == 401
    assert (await browser.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert answered(await browser.get(browser.ask(prompt="none")))["error"] == "login_required"


async def test_signing_out_without_proof_asks_first_and_goes_nowhere_foreign(place: Place) -> None:
    browser = Browser.at(place.url)
    tokens = await browser.sign_in(await place.person())
    asks = await browser.get("/oauth/sign-out?post_logout_redirect_uri=https://evil.example/")
    assert asks.status_code == 200 and "Sign out?" in asks.text
    assert (await browser.me(tokens["access_token"])).status_code == 200
    evil = (
        f"/oauth/sign-out?id_token_hint={tokens['id_token']}&post_logout_redirect_uri=https://evil.example/"
    )
    gone = await browser.get(evil)
    assert gone.status_code == 200 and "location" not in gone.headers
    assert (await browser.me(tokens["access_token"])).status_code == 401


async def test_prompt_login_asks_for_the_password_again(place: Place) -> None:
    person, browser = await place.person(), Browser.at(place.url)
    before = claims_of((await browser.sign_in(person))["access_token"])["auth_time"]
    page = await browser.follow(await browser.get(browser.ask(prompt="login")))
    assert 'name="password"' in page.text
    resumed = await browser.get("/oauth/resume?ticket=" + page.url.params["ticket"])
    assert resumed.headers["location"].startswith("/sign-in?"), "the ticket alone proves nothing"
    tokens = await browser.exchange(await browser.code(person, prompt="login"))
    assert claims_of(tokens.json()["access_token"])["auth_time"] >= before


async def test_the_sign_in_goes_where_it_was_asked_or_where_the_person_was_last(place: Place) -> None:
    person, browser = await place.person(also=True), Browser.at(place.url)
    tokens = await browser.sign_in(person, tenant="other")
    assert claims_of(tokens["access_token"])["tenant_slug"] == "other"
    tokens = (await browser.exchange(answered(await browser.get(browser.ask()))["code"])).json()
    assert claims_of(tokens["access_token"])["tenant_slug"] == "other"
    for where in ({"tenant": "absent"}, {"tenant": "other", "environment": "stage"}):
        assert answered(await browser.get(browser.ask(**where)))["error"] == "access_denied"


async def test_a_device_waits_slows_down_and_gets_in_once(place: Place) -> None:
    browser = Browser.at(place.url)
    await browser.sign_in(await place.person())
    begun = await _device(browser)
    assert (await _poll(browser, begun))["error"] == "authorization_pending"
    assert (await _poll(browser, begun))["error"] == "slow_down"
    assert (await _poll(browser, begun, client_id="companyos-console"))["error"] == "unauthorized_client"
    page = await browser.send(
        "/device", await browser.get("/device"), user_code=begun["user_code"].lower().replace("-", "")
    )
    assert "CompanyOS command line" in page.text
    assert "signed in" in (await browser.send("/device", page, answer="yes")).text
    async with place.house.begin() as work:
        await work.db.exec_driver_sql("update identity.device_code set polled_at = null")
    assert "access_token" in await _poll(browser, begun)
    assert (await _poll(browser, begun))["error"] == "invalid_grant"


async def test_a_device_can_ask_for_a_step_up(place: Place) -> None:
    browser = Browser.at(place.url)
    await browser.sign_in(await place.person())
    begun = await _device(browser, acr_values=MFA, max_age="300")
    ask = await browser.follow(await browser.get(f"/device?user_code={begun['user_code']}"))
    assert "Confirm it is you" in ask.text
    sent = await browser.send("/sign-in/second-factor", ask, code=pyotp.TOTP(SEED).now())
    page = await browser.follow(sent)
    await browser.send("/device", page, answer="yes")
    assert claims_of((await _poll(browser, begun))["access_token"])["acr"] == MFA


async def test_guessing_user_codes_is_slowed_down(place: Place) -> None:
    browser = Browser.at(place.url)
    await browser.sign_in(await place.person())
    page = await browser.get("/device")
    statuses = [
        (await browser.send("/device", page, user_code=f"BBBB-BBB{c}")).status_code for c in "BCDFGHJ"
    ]
    assert statuses[0] == 404 and statuses[-1] == 429


async def test_a_person_who_is_locked_everywhere_gets_nothing(place: Place) -> None:
    person, browser = await place.person(), Browser.at(place.url)
    tokens = await browser.sign_in(person)
    await _lock(place, person)
    assert (await browser.me(tokens["access_token"])).status_code == 401
    assert (await browser.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert answered(await browser.get(browser.ask(prompt="none")))["error"] == "login_required"
    page = await browser.get("/sign-in")
    assert (await browser.send("/sign-in", page, email=person.email, password="x")).status_code == 401


async def test_token_endpoint_speaks_oauth(place: Place) -> None:
    async with httpx.AsyncClient(base_url=place.url) as http:
        json_body = await http.post("/oauth/token", json={"grant_type": "refresh_token"})
        assert json_body.status_code == 400 and json_body.json()["error"] == "invalid_request"
        twice = "grant_type=refresh_token&grant_type=refresh_token"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert (await http.post("/oauth/token", content=twice, headers=headers)).status_code == 400
        for given, error in (
            ({}, "invalid_request"),
            ({"grant_type": "password", "client_id": CLI}, "unsupported_grant_type"),
            ({"grant_type": "refresh_token", "client_id": "nobody"}, "invalid_client"),
            ({"grant_type": "client_credentials", "client_id": CLI}, "unauthorized_client"),
            ({"grant_type": "refresh_token", "client_id": CLI, "refresh_token": "x"}, "invalid_grant"),
        ):
            answer = await http.post("/oauth/token", data=given)
            assert answer.json()["error"] == error and answer.headers["cache-control"] == "no-store"
        unknown = await http.post("/oauth/revoke", data={"client_id": CLI, "token": "unknown"})
        assert unknown.status_code == 200
        assert (await http.get("/oauth/userinfo")).status_code == 401


async def _device(browser: Browser, **more: str) -> dict[str, str]:
    data = {"client_id": CLI, "scope": "openid offline_access", **more}
    return (await browser.http.post("/oauth/device", data=data)).json()  # type: ignore[no-any-return]


async def _poll(browser: Browser, begun: dict[str, str], client_id: str = CLI) -> dict[str, str]:
    kind = "urn:ietf:params:oauth:grant-type:device_code"
    data = {"grant_type": kind, "client_id": client_id, "device_code": begun["device_code"]}
    return (await browser.http.post("/oauth/token", data=data)).json()  # type: ignore[no-any-return]


async def _lock(place: Place, person: Person) -> None:
    async with place.house.begin() as work:
        await work.db.exec_driver_sql(
            "update identity.person set status = 'locked' where id = %s", (person.id,)
        )
