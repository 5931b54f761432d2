"""Second factors: setting them up, using them, losing them; and what a thief of a password cannot do."""

import html
import re
from collections.abc import AsyncIterator

import httpx
import pyotp
import pytest
import pytest_asyncio

from companyos.kernel.work import MFA
from companyos.spines.identity.verification import claims_of
from companyos.testing.postgres import TestServer

from .authenticator_device import SecurityKey
from .browsing import SEED, Browser, Person, answered
from .conftest import Place, open_place


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def named_place(
    postgres: TestServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Place]:
    """A house at a host name: browsers allow no passkeys at an address."""
    async for opened in open_place(postgres, template, tmp_path_factory, host_name="localhost"):
        yield opened


async def signed_in(place: Place, *, factor: bool) -> tuple[Person, Browser]:
    person, browser = await place.person(factor=factor), Browser.at(place.url)
    await browser.sign_in(person)
    return person, browser


def options_of(page: httpx.Response) -> str:
    return html.unescape(re.findall(r'data-options="([^"]*)"', page.text)[0])


async def test_a_step_up_without_a_factor_leads_through_setting_one_up(place: Place) -> None:
    _, browser = await signed_in(place, factor=False)
    page = await browser.follow(await browser.get(browser.ask(acr_values=MFA)))
    assert "Set up a second factor" in page.text
    new = await browser.send("/account/totp", page)
    seed = "".join(re.findall(r"<code>([A-Z2-7 ]+)</code>", new.text)[0].split())
    wrong = await browser.send("/account/totp/confirm", new, code="000000")
    assert "not right" in wrong.text
    codes = await browser.send("/account/totp/confirm", wrong, code=pyotp.TOTP(seed).now())
    assert len(re.findall(r"<li><code>", codes.text)) == 10
    onward = html.unescape(re.findall(r'class="button" href="([^"]+)"', codes.text)[0])
    tokens = (
        await browser.exchange(answered(await browser.follow(await browser.get(onward)))["code"])
    ).json()
    assert claims_of(tokens["access_token"])["acr"] == MFA


async def test_a_recovery_code_works_once(place: Place) -> None:
    _, browser = await signed_in(place, factor=True)
    await browser.step_up()
    page = await browser.send("/account/recovery", await browser.get("/account"))
    code = re.findall(r"<li><code>([A-Z0-9-]+)</code>", page.text)[0]
    ask = await browser.follow(await browser.get(browser.ask(acr_values=MFA, max_age="0")))
    sent = await browser.send("/sign-in/second-factor", ask, recovery=code.lower())
    assert answered(await browser.follow(sent))["code"]
    ask = await browser.follow(await browser.get(browser.ask(acr_values=MFA, max_age="0")))
    again = await browser.send("/sign-in/second-factor", ask, recovery=code)
    assert again.status_code == 401


async def test_a_stolen_password_adds_no_factor_to_an_account_that_has_one(place: Place) -> None:
    _, browser = await signed_in(place, factor=True)
    page = await browser.get("/account")
    for path in ("/account/totp", "/account/passkey", "/account/recovery", "/account/remove"):
        sent = await browser.send(path, page, factor="totp")
        assert sent.headers["location"].startswith("/sign-in/second-factor?"), path


async def test_guessing_one_time_codes_is_slowed_down(place: Place) -> None:
    _, browser = await signed_in(place, factor=True)
    page = await browser.follow(await browser.get(browser.ask(acr_values=MFA)))
    statuses = [
        (await browser.send("/sign-in/second-factor", page, code=f"00000{i}")).status_code for i in range(7)
    ]
    assert statuses[0] == 401 and statuses[-1] == 429
    right = await browser.send("/sign-in/second-factor", page, code=pyotp.TOTP(SEED).now())
    assert right.status_code == 429


async def test_the_session_cookie_changes_with_the_second_factor(place: Place) -> None:
    _, browser = await signed_in(place, factor=True)
    before = browser.http.cookies["companyos-session"]
    await browser.step_up()
    assert browser.http.cookies["companyos-session"] != before
    planted = Browser.at(place.url)
    planted.http.cookies.set("companyos-session", before)
    assert answered(await planted.get(planted.ask(prompt="none")))["error"] == "login_required"


async def test_a_passkey_is_made_and_used(named_place: Place) -> None:
    _, browser = await signed_in(named_place, factor=False)
    key = SecurityKey(named_place.url)
    page = await browser.follow(await browser.get(browser.ask(acr_values=MFA)))
    new = await browser.send("/account/passkey", page)
    made = await browser.send(
        "/account/passkey/confirm", new, passkey=key.create(options_of(new)), name="Key"
    )
    assert "Recovery codes" in made.text
    ask = await browser.follow(await browser.get(browser.ask(acr_values=MFA, max_age="0")))
    sent = await browser.send("/sign-in/second-factor", ask, passkey=key.get(options_of(ask)))
    tokens = (await browser.exchange(answered(await browser.follow(sent))["code"])).json()
    assert claims_of(tokens["access_token"])["acr"] == MFA
    assert "Key, added" in (await browser.get("/account")).text


async def test_wrong_passkeys_are_refused(named_place: Place) -> None:
    _, browser = await signed_in(named_place, factor=False)
    key = SecurityKey(named_place.url)
    new = await browser.send("/account/passkey", await browser.get("/account"))
    await browser.send("/account/passkey/confirm", new, passkey=key.create(options_of(new)))

    async def ask() -> httpx.Response:
        return await browser.follow(await browser.get(browser.ask(acr_values=MFA, max_age="0")))

    async def attempt(page: httpx.Response, answer: str) -> int:
        return (await browser.send("/sign-in/second-factor", page, passkey=answer)).status_code

    page = await ask()
    good = key.get(options_of(page))
    stranger = SecurityKey(named_place.url, id=key.id)
    phished = SecurityKey("http://localhost.evil.example", key.private, key.id, 50)
    assert await attempt(page, stranger.get(options_of(page))) == 401
    assert await attempt(page, good) == 401, "the challenge is good for one answer"
    page = await ask()
    assert await attempt(page, phished.get(options_of(page))) == 401
    page = await ask()
    assert await attempt(page, key.get(options_of(page), verified=False)) == 401
    page = await ask()
    assert await attempt(page, "{}") == 401
    for junk in ("[]", "null", "[" * 8000, '{"id": 1, "rawId": [], "response": 3}', "\u00e9"):
        assert await attempt(await ask(), junk) in (401, 429)


async def test_passkeys_are_not_offered_at_an_address(place: Place) -> None:
    _, browser = await signed_in(place, factor=False)
    page = await browser.get("/account")
    assert "do not work at this address" in page.text and "Add a passkey" not in page.text
