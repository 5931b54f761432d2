"""The issuer's pages in a real browser: accessible, quiet in the console, and passkeys by the page's own script."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, async_playwright

from companyos.kernel.work import MFA
from companyos.testing.chromium import program
from companyos.testing.postgres import TestServer

from .browsing import PASSWORD, Browser, Person
from .conftest import Place, open_place

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[5] / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(
    postgres: TestServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Place]:
    """A house called localhost, because browsers allow no passkeys at an address."""
    async for opened in open_place(postgres, template, tmp_path_factory, host_name="localhost"):
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chromium() -> AsyncIterator[Chromium]:
    """The system's Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program(), args=FLAGS)
        yield browser
        await browser.close()


async def check(page: Page) -> None:
    """No violation of accessibility that axe can find."""
    found = await page.evaluate(f"{AXE.read_text()};axe.run(document)")
    told = [(v["id"], [n["target"] for n in v["nodes"]]) for v in found["violations"]]
    assert not told, f"{page.url.split('?')[0]}: {told}"


async def give_password(page: Page, person: Person) -> None:
    await page.fill("#email", person.email)
    await page.fill("#password", PASSWORD)
    await page.click("button")


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_every_page_is_accessible_and_quiet(site: Place, chromium: Chromium, scheme: str) -> None:
    person, links = await site.person(), Browser.at(site.url)
    context = await chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = await context.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))

    await page.goto(f"{site.url}/sign-in/first")
    await check(page)
    await page.goto(site.url + links.ask())
    await check(page)
    await give_password(page, person)
    await page.wait_for_url("**/signed-in**")
    await page.goto("about:blank")
    noise.clear()  # what the console says at /signed-in is not ours
    await page.goto(site.url + links.ask(acr_values=MFA))
    await check(page)
    for path in ("/account", "/device", "/oauth/sign-out"):
        await page.goto(site.url + path)
        await check(page)
    device = await links.http.post("/oauth/device", data={"client_id": "companyos-cli", "tenant": "home"})
    await page.goto(device.json()["verification_uri_complete"])
    await check(page)
    assert noise == []
    await page.goto(site.url + "/oauth/authorize?client_id=nobody")
    await check(page)
    await context.close()


async def test_a_passkey_through_the_browser_itself(site: Place, chromium: Chromium) -> None:
    person, links = await site.person(factor=False), Browser.at(site.url)
    context = await chromium.new_context()
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    verifies = {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, **verifies}})

    await page.goto(site.url + links.ask(acr_values=MFA))
    await give_password(page, person)
    await page.click("text=Set up an app")
    await check(page)
    await page.go_back()
    await page.click("text=Add a passkey")
    await check(page)
    await page.click("text=Add the passkey")
    await page.wait_for_selector(".codes")
    await check(page)
    await page.click("text=I have kept them")
    await page.wait_for_url("**/signed-in**")

    await page.goto(site.url + links.ask(acr_values=MFA, max_age="0"))
    await check(page)
    await page.click("text=Use a passkey")
    await page.wait_for_url("**/signed-in?code=**")
    await context.close()
