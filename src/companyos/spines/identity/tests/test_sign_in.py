"""Signing in: password, tokens, refresh, step-up."""

import time
from datetime import UTC, datetime

import pyotp

from companyos.kernel.work import MFA
from companyos.kernel.work import PASSWORD as BY_PASSWORD
from companyos.spines.identity.verification import claims_of, header_of

from .browsing import SEED, Browser, answered
from .conftest import Place


async def test_a_person_signs_in_and_the_api_knows_them(place: Place) -> None:
    person, browser = await place.person("sre"), Browser.at(place.url)
    tokens = await browser.sign_in(person)
    assert header_of(tokens["access_token"])["typ"] == "at+jwt"
    claims = claims_of(tokens["access_token"])
    assert claims["tenant_slug"] == "home" and claims["environment"] == "prod"
    assert claims["acr"] == BY_PASSWORD and "roles" not in claims
    assert claims["exp"] - claims["iat"] == 300
    me = await browser.me(tokens["access_token"])
    assert me.status_code == 200, me.text
    told = me.json()
    assert told["person"] == {"id": str(person.id), "name": "Robin Vega", "email": person.email}
    assert told["roles"] == ["sre"] and told["elevation_ends_at"] is None
    assert [m["tenant"]["slug"] for m in told["memberships"]] == ["home"]


async def test_a_second_sign_in_needs_no_password_and_says_who_answers(place: Place) -> None:
    person, browser = await place.person(), Browser.at(place.url)
    await browser.sign_in(person)
    answer = answered(await browser.get(browser.ask(prompt="none")))
    assert answer["state"] == "st" and answer["iss"] == place.url and answer["code"]


async def test_step_up_asks_for_the_second_factor_only_and_renews_auth_time(place: Place) -> None:
    person, browser = await place.person(), Browser.at(place.url)
    await browser.sign_in(person)
    before = int(time.time())
    tokens = (await browser.exchange(answered(await browser.step_up())["code"])).json()
    claims = claims_of(tokens["access_token"])
    assert claims["acr"] == MFA and claims["auth_time"] >= before
    ends = (await browser.me(tokens["access_token"])).json()["elevation_ends_at"]
    assert datetime.fromisoformat(ends) > datetime.now(UTC)


async def test_a_one_time_code_works_once(place: Place) -> None:
    person, browser = await place.person(), Browser.at(place.url)
    await browser.sign_in(person)
    code = pyotp.TOTP(SEED).now()
    assert answered(await browser.step_up(code=code))["code"]
    again = await browser.step_up(max_age=0, code=code)
    assert again.status_code == 401 and "That was not right" in again.text
