"""Evidence in the console: packs are listed, verified in the browser and taken along; a tampered one is named."""

import re
from pathlib import Path

from playwright.async_api import Page, Route, expect

from .conftest import Arrive
from .test_pages import violations
from .visitor import Visitor


async def test_a_pack_is_verified_in_the_browser_and_taken_along(arrive: Arrive, tmp_path: Path) -> None:
    await redeploy(await arrive("petra"))
    ana = await arrive("ana", accept_downloads=True, bypass_csp=True)  # for axe
    page = ana.page
    await ana.sign_in("/evidence")
    await page.get_by_label("Action").fill("operations.deployment.redeployed")
    first = page.locator("tbody tr").first.get_by_role("link").first
    title = await first.inner_text()
    assert await violations(page) == []
    await first.click()
    await ana.settled()
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    await expect(page.get_by_text("signed by a key that is trusted")).to_be_visible()
    for part in ("Decision", "Plan", "Log excerpt", "Place in the ledger", "Files"):
        await expect(page.get_by_role("region", name=part, exact=True)).to_be_visible()
    assert await violations(page) == []
    await take_along(page, title, tmp_path / "pack.html")
    ana.expect_faults()

    await page.route(re.compile(r"/api/v1/evidence/[0-9a-f-]{36}$"), tamper)
    await page.reload()
    await ana.settled()
    await expect(page.get_by_text("This pack does not verify")).to_be_visible()
    await expect(page.get_by_role("list", name="Faults")).to_contain_text("record.json has sha256")
    await expect(page.get_by_text("Do not rely on this part: record.json does not verify.")).to_be_visible()


async def redeploy(petra: Visitor) -> None:
    """A risky act that leaves a pack."""
    page = petra.page
    await petra.sign_in("/deployments?service=companyos-api")
    await page.locator("tbody tr").first.get_by_role("link").first.click()
    await petra.settled()
    await page.get_by_role("button", name="Redeploy").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Why are you doing this?").fill("To see that it starts.")
    await dialog.get_by_role("button", name="Redeploy").click()
    await petra.step_up()
    await expect(page.get_by_role("dialog", name="Done")).to_be_visible()


async def take_along(page: Page, title: str, file: Path) -> None:
    """Save the pack as one HTML file and open it where there is no network."""
    async with page.expect_download() as saving:
        await page.get_by_role("button", name="Download as one HTML file").click()
    await (await saving.value).save_as(file)
    browser = page.context.browser
    assert browser is not None
    elsewhere = await browser.new_context(offline=True, bypass_csp=True)  # for axe
    alone = await elsewhere.new_page()
    await alone.goto(file.as_uri())
    await expect(alone.get_by_text("signed by a key that is trusted")).to_be_visible()
    await expect(alone.get_by_role("region", name=title, exact=True)).to_be_visible()
    assert await violations(alone) == []
    await elsewhere.close()


async def tamper(route: Route) -> None:
    """Whoever carries the pack changes it."""
    answer = await route.fetch()
    body = (await answer.body()).replace(b'"outcome":"done"', b'"outcome":"dont"')
    await route.fulfill(response=answer, body=body)


async def test_who_may_not_see_packs_is_told_why(arrive: Arrive) -> None:
    uma = await arrive("uma")
    await uma.sign_in("/evidence")
    await expect(uma.page.get_by_text("Why can't I see evidence packs?")).to_be_visible()
