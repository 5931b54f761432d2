"""An external issuer: a second house of our own plays it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from companyos.kernel.ids import new_id
from companyos.kernel.ports.authenticator import Authenticator
from companyos.kernel.problems import Unauthenticated
from companyos.kernel.work import MFA
from companyos.spines.identity.authenticator import TokenAuthenticator
from companyos.spines.identity.identity import identity_of
from companyos.spines.identity.settings import IdentitySettings
from companyos.testing.postgres import TestServer

from .browsing import Browser
from .conftest import Place, open_place


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def trusting(
    place: Place, postgres: TestServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Place]:
    """A house whose people sign in at `place`."""
    async for opened in open_place(postgres, template, tmp_path_factory, issuer=place.url):
        settings = opened.house.settings_of(IdentitySettings)
        settings.external_audience = f"{place.url}/api/v1"
        yield opened


async def token(place: Place, **changed: Any) -> str:
    """A token as the external issuer would give it."""
    now = int(datetime.now(UTC).timestamp())
    claims = {
        "iss": place.url,
        "sub": str(new_id()),
        "aud": f"{place.url}/api/v1",
        "iat": now,
        "exp": now + 60,
        "auth_time": now,
        **changed,
    }
    return await identity_of(place.house).signing.sign(claims, "at+jwt")


async def test_a_person_is_known_by_verified_email_and_then_by_subject(place: Place, trusting: Place) -> None:
    person, browser = await trusting.person("sre", also=True), Browser.at(trusting.url)
    subject = str(new_id())
    unverified = await token(place, sub=subject, email=person.email, email_verified=False)
    assert (await browser.me(unverified)).status_code == 401
    first = await token(place, sub=subject, email=person.email.upper(), email_verified=True, tenant="home")
    told = (await browser.me(first)).json()
    assert told["person"]["id"] == str(person.id) and told["tenant"]["slug"] == "home"
    later = await token(place, sub=subject, tenant="other", environment="prod", acr=MFA)
    told = (await browser.me(later)).json()
    assert told["tenant"]["slug"] == "other" and told["acr"] == MFA and told["elevation_ends_at"]
    assert (await browser.me(await token(place, sub=subject, tenant="absent"))).status_code == 401
    assert (await browser.me(await token(place, sub=subject, environment="moon"))).status_code == 401


async def test_other_tokens_of_the_external_issuer_are_refused(place: Place, trusting: Place) -> None:
    browser = Browser.at(trusting.url)
    now = int(datetime.now(UTC).timestamp())
    for wrong in ({"aud": "another"}, {"exp": now - 60}, {"iss": "https://elsewhere.example"}, {"sub": ""}):
        assert (await browser.me(await token(place, **wrong))).status_code == 401, wrong
    stranger = await token(place, email="nobody@example.com", email_verified=True)
    assert (await browser.me(stranger)).status_code == 401


async def test_a_member_who_is_locked_stays_out(place: Place, trusting: Place) -> None:
    person, browser = await trusting.person("sre"), Browser.at(trusting.url)
    mine = await token(place, email=person.email, email_verified=True)
    assert (await browser.me(mine)).status_code == 200
    async with trusting.house.begin(tenant=trusting.home) as work:
        await work.db.exec_driver_sql(
            "update identity.membership set status = 'locked' where person_id = %s", (person.id,)
        )
    assert (await browser.me(mine)).status_code == 401


async def test_passwords_are_not_asked_for_where_people_sign_in_elsewhere(
    place: Place, trusting: Place
) -> None:
    browser = Browser.at(trusting.url)
    assert place.url in (await browser.get("/sign-in")).text
    assert (await browser.get(browser.ask())).status_code == 400
    device = await browser.http.post("/oauth/device", data={"client_id": "companyos-cli"})
    assert device.status_code == 400


async def test_an_issuer_that_is_away_is_told_as_such(trusting: Place) -> None:
    found = trusting.house.adapter(Authenticator)
    assert isinstance(found, TokenAuthenticator) and found.external
    with pytest.raises(Unauthenticated):
        await found.external.verify("a.b.c")
